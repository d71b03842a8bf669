import {answerCalls} from '../threads/thread';
import {lookInRepository} from './lookInRepository';

answerCalls(lookInRepository);
