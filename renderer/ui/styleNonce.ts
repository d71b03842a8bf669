/**
 * The nonce of this page's policy, for style sheets made at run time. The host writes it into the page
 * (electron/app/appProtocol.ts); empty in a plain browser, where none is needed.
 */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
