import {answerCalls} from '../threads/thread';
import {cloneOverHttp} from './cloneOverHttp';

answerCalls(cloneOverHttp);
