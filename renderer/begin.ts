import {hostOfWindow} from './bridge/host';

// a browser far away reaches the host while the rest of the page is on its way
const host = hostOfWindow();
void import('./main').then(({openPage}) => openPage(host));
