const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent;

export const IS_MAC = agent.includes('Mac');

/** A browser keeps some keys for itself, and sizes text by itself. */
export const IN_BROWSER = /(Chrome|Firefox|Safari)\//.test(agent) && !agent.includes('Electron/');
