import {answerCalls} from '../threads/thread';
import {searchLogs} from './searchLogs';

answerCalls(searchLogs);
