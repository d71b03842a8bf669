import {answerCalls} from '../threads/thread';
import {inspectRepository} from './inspectRepository';

answerCalls(inspectRepository);
