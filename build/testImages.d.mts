export const BUSYBOX_IMAGES: readonly string[];
export const PYTHON_IMAGE: string;
export function ensureTestImages(options?: {
  readonly docker?: string;
  readonly log?: (line: string) => void;
}): Promise<void>;
export const TOOL_REGISTRY: string;
export function ensureToolImages(options?: {docker?: string}): Promise<void>;
export const JUPYTER_REGISTRY: string;
export function ensureJupyterImage(options?: {docker?: string}): Promise<void>;
