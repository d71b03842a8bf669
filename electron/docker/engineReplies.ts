import * as z from 'zod';

// the parts we use of what engines answer, decoded once; Podman leaves some of them out

/** A list; empty where there is none. */
function listOf<T>(item: z.ZodType<T>) {
  return z
    .array(item)
    .nullish()
    .transform((found) => found ?? []);
}

const names = listOf(z.string());
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});

export const versionReply = z.object({
  Version: z.string().default(''),
  ApiVersion: z.string().default(''),
  Components: listOf(z.object({Name: z.string()})),
});

export const infoReply = z.object({
  NCPU: z.number().default(1),
  MemTotal: z.number().default(0),
  OSType: z.string().default('linux'),
  Architecture: z.string().default('x86_64'),
  DockerRootDir: z.string().default(''),
  SecurityOptions: names,
  MemoryLimit: z.boolean().nullish(),
  CgroupVersion: z.string().nullish(),
  SystemTime: z.string().nullish(),
  HttpProxy: z.string().nullish(),
  HttpsProxy: z.string().nullish(),
});

export type InfoReply = z.infer<typeof infoReply>;

export const imageReply = z.object({
  Id: z.string(),
  Size: z.number().default(0),
  Created: z.string().default(''),
  Architecture: z.string().default(''),
  RepoDigests: names,
  Config: z
    .object({
      Volumes: z.record(z.string(), z.unknown()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
    })
    .nullish(),
});

export const imageListReply = z.array(
  z.object({
    Id: z.string(),
    Size: z.number().default(0),
    RepoTags: names,
    RepoDigests: names,
    Labels: labels,
  }),
);

export const stockReply = z.object({
  Containers: listOf(
    z.object({
      Id: z.string(),
      Names: names,
      Image: z.string().default(''),
      ImageID: z.string().default(''),
      State: z.string().default(''),
      SizeRw: z.number().default(0),
      Labels: labels,
    }),
  ),
  Volumes: listOf(
    z.object({
      Name: z.string(),
      Labels: labels,
      UsageData: z.object({Size: z.number(), RefCount: z.number()}).nullish(),
    }),
  ),
});

export const loadMessage = z.object({
  stream: z.string().optional(),
  error: z.string().optional(),
});

export type ImageReply = z.infer<typeof imageReply>;

export const changesReply = listOf(z.object({Path: z.string(), Kind: z.number()}));
export type ChangesReply = z.infer<typeof changesReply>;

export const containerReply = z.object({
  Id: z.string(),
  Image: z.string().default(''),
  State: z.object({
    Status: z.string().default(''),
    Running: z.boolean().default(false),
    ExitCode: z.number().default(0),
    OOMKilled: z.boolean().default(false),
    Error: z.string().default(''),
    Pid: z.number().default(0),
    StartedAt: z.string(),
    FinishedAt: z.string(),
  }),
  GraphDriver: z.object({Data: z.record(z.string(), z.string()).nullish()}).nullish(),
});
export type ContainerReply = z.infer<typeof containerReply>;

export const listReply = z.array(
  z.object({
    Id: z.string(),
    Names: names,
    State: z.string().default(''),
    ImageID: z.string().default(''),
    Labels: labels,
  }),
);
export const toolListReply = z.array(
  z.object({
    Id: z.string(),
    Names: names,
    Image: z.string().default(''),
    Labels: labels,
    /** Seconds since 1970. */
    Created: z.number().default(0),
    Ports: listOf(z.object({PublicPort: z.number().optional()})),
  }),
);
export type ListedTool = z.infer<typeof toolListReply>[number];

export const toolEnvironmentReply = z.object({
  Config: z.object({
    Env: names,
  }),
});

export const waitReply = z.object({StatusCode: z.number()});

export type ListedContainer = z.infer<typeof listReply>[number];

/** The stat that comes in the header of archive answers, base64 JSON; `mode` in Go's bits. */
export const pathStat = z.object({
  size: z.number(),
  mode: z.number(),
  mtime: z.string(),
  linkTarget: z.string().default(''),
});
export type PathStat = z.infer<typeof pathStat>;

export const statsReply = z.object({
  memory_stats: z
    .object({usage: z.number().optional(), max_usage: z.number().optional()})
    .nullish(),
  cpu_stats: z
    .object({cpu_usage: z.object({total_usage: z.number().optional()}).nullish()})
    .nullish(),
});

export const pullMessage = z.object({
  status: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z
    .object({current: z.number().optional(), total: z.number().optional()})
    .nullish(),
});
export type PullMessage = z.infer<typeof pullMessage>;

/** What of a failed call gives its cause; dockerode's errors carry these as properties. */
export const failedCall = z.object({
  statusCode: z.number().optional(),
  code: z.string().optional(),
  json: z.union([z.object({message: z.string()}), z.unknown()]).optional(),
  message: z.string().default(''),
});
