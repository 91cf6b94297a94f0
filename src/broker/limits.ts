/** All limits of the broker: its memory, its open connections and files, and what it accepts. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** A larger request frame ends its connection. */
export const MAX_FRAME_BYTES = 100 * MIB;
/** Limit for the requests and responses of all connections. A connection that needs more waits. */
export const MAX_HELD_BYTES = 192 * MIB;
/** The part of that limit for large holds: enough to copy one frame of the maximum size. */
export const MAX_LARGE_HELD_BYTES = 144 * MIB;
export const LARGE_HOLD_BYTES = 64 * KIB;
/** While other connections wait for memory, a stalled connection is closed after this time. */
export const MEMORY_PATIENCE_MS = 1_000;
/** After waiting this long for memory, a fetch is answered without records. */
export const MAX_MEMORY_WAIT_MS = 5_000;
export const MAX_RESPONSE_BYTES = 128 * MIB;
/** The initial buffer of a frame, however large the announced length is. */
export const FIRST_FRAME_CAPACITY_BYTES = MIB;
/** Limit for array items in one request: ten for each possible partition. */
export const MAX_REQUEST_ITEMS = 20_000;
/** Memory for one item of a request and its part of the answer, measured on Node 20 and rounded up. */
export const ITEM_BYTES = 512;
export const MAX_CONNECTIONS = 2_000;
/** Kafka's connections.max.idle.ms. */
export const MAX_IDLE_MS = 10 * 60 * 1_000;
/** How long a new client may stay silent. Real clients send a request as soon as they are connected. */
export const MAX_SILENT_MS = 30_000;
/** At the connection limit, a connection that was idle for this long is closed in favor of a new one. */
export const IDLE_BEFORE_GIVING_WAY_MS = 1_000;
export const IDLE_CHECK_INTERVAL_MS = 5_000;
/** Limit for log lines about connections in each interval. One further line counts the others. */
export const MAX_CONNECTION_LINES = 20;
export const LOG_INTERVAL_MS = 10_000;
/** Requests of one connection that are processed at the same time. Further ones stay unread in its socket. */
export const MAX_PIPELINED_REQUESTS = 32;
/** When the broker closes, clients have this long to read their answers. */
export const CLOSE_GRACE_MS = 2_000;

export const MAX_BATCH_BYTES = 32 * MIB;
/** Larger offsets are not exact numbers in JavaScript. A log of this length accepts nothing more. */
export const MAX_OFFSET = Number.MAX_SAFE_INTEGER;
/**
 * Limit for the records in one fetch response, whatever the client asks for. A single larger batch is still sent
 * whole.
 */
export const MAX_FETCH_BYTES = 16 * MIB;
export const MAX_FETCH_WAIT_MS = 60_000;
/** Size of one write and fsync of a partition. The last batch can exceed it. */
export const MAX_COMMIT_BYTES = 8 * MIB;
/** Number of bytes at the end of each log whose checksums are verified at start. One commit can leave less than this unsynced. */
export const VERIFIED_TAIL_BYTES = 4 * (MAX_COMMIT_BYTES + MAX_BATCH_BYTES);
export const MAX_INDEX_ENTRIES = 2_048;
export const INDEX_INTERVAL_BYTES = 64 * KIB;
/** Number of positions where recent fetches ended, for each partition. The next fetch from there needs no search. */
export const MAX_RECENT_POSITIONS = 64;
/** Producer ids remembered for each partition. The one that was silent longest is forgotten first. */
export const MAX_PRODUCERS_PER_PARTITION = 1_000;
/** Producer ids remembered in all partitions together, about 400 bytes each. */
export const MAX_PRODUCERS = 100_000;

/** The broker warns if the clock is further behind the last append time than this. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** How often the lengths of the logs are saved. The next start then detects if an older part of a log is missing. */
export const LENGTHS_INTERVAL_MS = 5_000;
/** How often the broker checks that its data folder still exists, while nothing is appended. */
export const FOLDER_CHECK_INTERVAL_MS = 1_000;

export const MAX_TOPICS = 1_000;
export const MAX_PARTITIONS_PER_TOPIC = 256;
/** Each partition keeps one file open. */
export const MAX_PARTITIONS = 2_000;

/** Limit for groups with members or offsets. */
export const MAX_GROUPS = 10_000;
export const MAX_MEMBERS_PER_GROUP = 500;
/** Limit for the subscriptions and assignments of one group's members. */
export const MAX_GROUP_BYTES = 8 * MIB;
/** Memory limit for the members of all groups. */
export const MAX_GROUPS_BYTES = 64 * MIB;
/** Clients normally list only a few assignors. */
export const MAX_PROTOCOLS_PER_MEMBER = 100;
/** Kafka's group.max.session.timeout.ms. */
export const MAX_SESSION_TIMEOUT_MS = 1_800_000;
/** Memory limit for the committed offsets of all groups: about 100,000 offsets. */
export const MAX_COMMITTED_BYTES = 32 * MIB;
/** Kafka's offsets.retention.minutes. A group's offsets are removed this long after its last member or commit. */
export const OFFSETS_RETENTION_MS = 7 * 24 * 60 * 60 * 1_000;
/** Kafka's offsets.retention.check.interval.ms. */
export const OFFSETS_CHECK_INTERVAL_MS = 10 * 60 * 1_000;
/** Kafka's offset.metadata.max.bytes. */
export const MAX_OFFSET_METADATA_BYTES = 4_096;
/** The offsets journal is rewritten if it is larger than this and most of it is outdated. */
export const MIN_COMPACTION_BYTES = MIB;
/** Limit for files that the broker reads into memory as a whole. The largest one lists 2,000 logs. */
export const MAX_SEALED_FILE_BYTES = MIB;
