import {answerCalls} from '../threads/thread';
import {holdContent} from './holdContent';

answerCalls(holdContent);
