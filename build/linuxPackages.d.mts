/** Makes a deb of the unpacked application in `folder`, and gives its path. */
export function makeDeb(options: {
  readonly root: string;
  readonly folder: string;
  readonly release: string;
  readonly developmentCopy: boolean;
  readonly version?: string;
}): Promise<string>;
