import {answerCalls} from '../../threads/thread';
import {checkContent} from './checkContent';

answerCalls(checkContent);
