import {answerCalls} from '../../threads/thread';
import {readAsked} from './projectReader';

answerCalls(readAsked);
