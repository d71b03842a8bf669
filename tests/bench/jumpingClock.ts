import {execFile} from 'node:child_process';
import {open, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';

/** A clock that jumps, for programs started with its environment: the computer's own stays as it is. */
export interface JumpingClock {
  readonly env: Readonly<Record<string, string>>;
  /** Puts it so many seconds from the computer's. */
  jump(seconds: number): Promise<void>;
}

/** The time of day with what a file holds added; other clocks go on, as where a computer's is set. */
const SOURCE = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static volatile long *shift;
__attribute__((constructor)) static void begin(void) {
  int file = open(getenv("JUMPING_CLOCK"), O_RDONLY);
  void *found = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
  if (found != MAP_FAILED) shift = found;
  close(file);
}
int clock_gettime(clockid_t clock, struct timespec *at) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int failed = real(clock, at);
  if (!failed && shift && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += *shift;
  return failed;
}
int gettimeofday(struct timeval *at, void *zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
`;

/** Makes one in a folder, by a C compiler of Linux; one that stays right where there is none. */
export async function jumpingClock(folder: string): Promise<JumpingClock> {
  const [source, library, shift] = ['clock.c', 'clock.so', 'shift'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(source, SOURCE);
  await writeFile(shift, Buffer.alloc(8));
  try {
    await promisify(execFile)('cc', ['-shared', '-fPIC', '-O1', '-o', library, source]);
  } catch (error) {
    console.error(`The clock does not jump: ${String(error)}`);
    return {env: {}, jump: async () => undefined};
  }
  return {
    env: {LD_PRELOAD: library, JUMPING_CLOCK: shift},
    async jump(seconds) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(seconds));
      const file = await open(shift, 'r+');
      await file.write(bytes, 0, 8, 0);
      await file.close();
    },
  };
}
