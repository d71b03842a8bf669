/** The Electron that is used here. */
export interface ElectronRuntime {
  readonly executable: string;
  readonly distDir: string;
  readonly version: string;
  readonly developmentCopy: boolean;
}

export function findElectron(options?: {
  readonly progress?: (message: string) => void;
}): Promise<ElectronRuntime>;
export function electronEnvironment(electron: ElectronRuntime): Readonly<Record<string, string>>;
export function electronArguments(): readonly string[];
export function cacheFolder(): string;
