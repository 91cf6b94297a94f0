const KIB = 1024;
const MIB = 1024 * KIB;

/** Maximum size of a request frame. The broker closes a connection that announces a larger frame. */
export const MAX_FRAME_BYTES = 100 * MIB;
/**
 * Memory limit for the requests and responses of all connections together. A connection that needs more memory waits.
 */
export const MAX_HELD_BYTES = 192 * MIB;
/**
 * Reservations of at least LARGE_HOLD_BYTES can use only this part of MAX_HELD_BYTES. This part is enough to copy one
 * frame of the maximum size.
 */
export const MAX_LARGE_HELD_BYTES = 144 * MIB;
export const LARGE_HOLD_BYTES = 64 * KIB;
/** If other connections wait for memory, a connection that makes no progress is closed after this time. */
export const MEMORY_PATIENCE_MS = 1_000;
/** If a fetch waits longer than this for memory, the broker sends an answer without records. */
export const MAX_MEMORY_WAIT_MS = 5_000;
export const MAX_RESPONSE_BYTES = 128 * MIB;
/**
 * The initial buffer for a frame. A client can announce a long frame and send little of it, so the buffer starts
 * small.
 */
export const FIRST_FRAME_CAPACITY_BYTES = MIB;
/** Limit for the array items in one request: ten for each of the 2,000 possible partitions. */
export const MAX_REQUEST_ITEMS = 20_000;
/** Memory for one array item of a request and for its part of the answer, measured on Node 20 and rounded up. */
export const ITEM_BYTES = 512;
export const MAX_CONNECTIONS = 2_000;
/** A connection without requests is closed after this time (Kafka's connections.max.idle.ms). */
export const MAX_IDLE_MS = 10 * 60 * 1_000;
/**
 * The broker closes a connection that sends no request for this long after connecting. Real clients send a request at
 * once.
 */
export const MAX_SILENT_MS = 30_000;
/**
 * If the maximum number of connections is open, a new connection replaces a connection that was idle for at least this
 * long.
 */
export const IDLE_BEFORE_GIVING_WAY_MS = 1_000;
export const IDLE_CHECK_INTERVAL_MS = 5_000;
/**
 * Maximum number of log lines about connections, and of log lines about the disk, in each interval. One more line
 * reports how many lines were left out.
 */
export const MAX_LINES = 20;
export const LOG_INTERVAL_MS = 10_000;
/**
 * Number of requests of one connection that are processed at the same time. Further requests stay unread in the
 * socket.
 */
export const MAX_PIPELINED_REQUESTS = 32;
/** When the broker closes, clients have this long to read their answers. */
export const CLOSE_GRACE_MS = 2_000;

export const MAX_BATCH_BYTES = 32 * MIB;
/**
 * Maximum offset. JavaScript does not represent larger offsets exactly, so a log with this many records
 * accepts no more.
 */
export const MAX_OFFSET = Number.MAX_SAFE_INTEGER;
/**
 * Maximum size of the records in one fetch response, whatever the client asks for. A single larger batch is
 * still sent whole.
 */
export const MAX_FETCH_BYTES = 16 * MIB;
export const MAX_FETCH_WAIT_MS = 60_000;
/**
 * The broker writes and syncs the waiting batches of a partition together, up to this size. The last batch can exceed
 * it.
 */
export const MAX_COMMIT_BYTES = 8 * MIB;
/**
 * When the broker starts, it verifies the checksums of this many bytes at the end of each log. One write is always
 * smaller than this limit.
 */
export const VERIFIED_TAIL_BYTES = 4 * (MAX_COMMIT_BYTES + MAX_BATCH_BYTES);
export const MAX_INDEX_ENTRIES = 2_048;
export const INDEX_INTERVAL_BYTES = 64 * KIB;
/**
 * For each partition, the broker remembers the end positions of this many recent fetches. A fetch that continues at
 * such a position needs no search.
 */
export const MAX_RECENT_POSITIONS = 64;
/**
 * Limit for the producer ids that the broker remembers for each partition. At the limit, the broker forgets the
 * producer that was silent longest.
 */
export const MAX_PRODUCERS_PER_PARTITION = 1_000;
/** Limit for the producer ids in all partitions together. Each producer id uses about 400 bytes. */
export const MAX_PRODUCERS = 100_000;

/** The broker warns if the system clock is behind the last append time by more than this. */
export const CLOCK_TOLERANCE_MS = 60_000;
/**
 * How often the lengths of the logs are saved. The next start compares the saved lengths with the files, and detects
 * missing data.
 */
export const LENGTHS_INTERVAL_MS = 5_000;
/** How often the broker checks that its data folder still exists. An append checks the folder, too. */
export const FOLDER_CHECK_INTERVAL_MS = 1_000;

export const MAX_TOPICS = 1_000;
export const MAX_PARTITIONS_PER_TOPIC = 256;
/** Maximum number of partitions. The limit exists because each partition keeps one file open. */
export const MAX_PARTITIONS = 2_000;

/** Limit for the number of groups that have members or committed offsets. */
export const MAX_GROUPS = 10_000;
export const MAX_MEMBERS_PER_GROUP = 500;
/** Limit for the size of the subscriptions and assignments of all members of one group together. */
export const MAX_GROUP_BYTES = 8 * MIB;
/** Memory limit for the members of all groups. */
export const MAX_GROUPS_BYTES = 64 * MIB;
/** Limit for the assignors that one member offers. Clients normally offer only a few. */
export const MAX_PROTOCOLS_PER_MEMBER = 100;
/** Limit for the session timeout that a member can request (Kafka's group.max.session.timeout.ms). */
export const MAX_SESSION_TIMEOUT_MS = 1_800_000;
/** Memory limit for the committed offsets of all groups: about 100,000 offsets. */
export const MAX_COMMITTED_BYTES = 32 * MIB;
/**
 * Kafka's offsets.retention.minutes. A group without members loses its offsets this long after its last member or
 * commit.
 */
export const OFFSETS_RETENTION_MS = 7 * 24 * 60 * 60 * 1_000;
/** How often the broker looks for expired offsets (Kafka's offsets.retention.check.interval.ms). */
export const OFFSETS_CHECK_INTERVAL_MS = 10 * 60 * 1_000;
/** Limit for the text that a client can store with an offset (Kafka's offset.metadata.max.bytes). */
export const MAX_OFFSET_METADATA_BYTES = 4_096;
/** The broker rewrites the journal of offsets if it is larger than this and most of its entries are outdated. */
export const MIN_COMPACTION_BYTES = MIB;
/** Limit for small files that the broker reads as a whole. The largest such file lists the lengths of 2,000 logs. */
export const MAX_SEALED_FILE_BYTES = MIB;
