import {answerCalls} from '../threads/thread';
import {lookInWorkTree} from './lookInWorkTree';

answerCalls(lookInWorkTree);
