/** Every bound of the broker in one place: what it holds in memory, keeps open or accepts never grows past these. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** A request frame larger than this ends its connection. */
export const MAX_FRAME_BYTES = 100 * MIB;
/** Requests and responses of all connections together: who wants more waits. */
export const MAX_HELD_BYTES = 192 * MIB;
/** What holds larger than the next bound may take of that: one frame of the greatest length while it is copied. */
export const MAX_LARGE_HELD_BYTES = 144 * MIB;
export const LARGE_HOLD_BYTES = 64 * KIB;
/** While others wait for memory, a connection that does nothing for so long gives way. */
export const MEMORY_PATIENCE_MS = 1_000;
/** After this a fetch without memory for its records is answered without any. */
export const MAX_MEMORY_WAIT_MS = 5_000;
export const MAX_RESPONSE_BYTES = 128 * MIB;
/** The buffer of a frame begins with this, whatever length was announced. */
export const FIRST_FRAME_CAPACITY_BYTES = MIB;
/** Array items in one request: ten for each partition that there can be. */
export const MAX_REQUEST_ITEMS = 20_000;
/** What an item of a request takes as an object, with its part of the answer, measured on Node 20 and rounded up. */
export const ITEM_BYTES = 512;
export const MAX_CONNECTIONS = 2_000;
/** Kafka's connections.max.idle.ms. */
export const MAX_IDLE_MS = 10 * 60 * 1_000;
/** A client has something to ask as soon as it is connected. */
export const MAX_SILENT_MS = 30_000;
/** When there are as many connections as can be, one that is idle for so long gives way to a new one. */
export const IDLE_BEFORE_GIVING_WAY_MS = 1_000;
export const IDLE_CHECK_INTERVAL_MS = 5_000;
/** Lines about connections in each interval; one more counts the others. */
export const MAX_CONNECTION_LINES = 20;
export const LOG_INTERVAL_MS = 10_000;
/** Requests of one connection being answered at a time; further ones stay unread in its socket. */
export const MAX_PIPELINED_REQUESTS = 32;
/** On close, how long a client may take to read the answers to what it had asked. */
export const CLOSE_GRACE_MS = 2_000;

export const MAX_BATCH_BYTES = 32 * MIB;
/** Offsets beyond this are no exact numbers: a log that is that long takes nothing more. */
export const MAX_OFFSET = Number.MAX_SAFE_INTEGER;
/** Records in one fetch response, whatever the client asks for; one batch larger than this still goes out whole. */
export const MAX_FETCH_BYTES = 16 * MIB;
export const MAX_FETCH_WAIT_MS = 60_000;
/** What one write and one fsync of a partition carry, give or take one batch. */
export const MAX_COMMIT_BYTES = 8 * MIB;
/** The end of each log whose checksums are verified at start; more than one commit can have left unsynced. */
export const VERIFIED_TAIL_BYTES = 4 * (MAX_COMMIT_BYTES + MAX_BATCH_BYTES);
export const MAX_INDEX_ENTRIES = 2_048;
export const INDEX_INTERVAL_BYTES = 64 * KIB;
/** Positions where recent fetches ended, kept for each partition so that the next fetch need not search. */
export const MAX_RECENT_POSITIONS = 64;
/** Producer ids remembered for each partition; the one that has been silent longest is forgotten first. */
export const MAX_PRODUCERS_PER_PARTITION = 1_000;
/** The same in all partitions together, about 400 bytes each. */
export const MAX_PRODUCERS = 100_000;

/** A clock further behind the last append time than this is worth a warning. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** How often the lengths of the logs are noted: a missing end that is older than this shows at the next start. */
export const LENGTHS_INTERVAL_MS = 5_000;
/** How soon the broker notices that its data folder was removed, where nothing is appended meanwhile. */
export const FOLDER_CHECK_INTERVAL_MS = 1_000;

export const MAX_TOPICS = 1_000;
export const MAX_PARTITIONS_PER_TOPIC = 256;
/** Each partition keeps one file open. */
export const MAX_PARTITIONS = 2_000;

/** Groups with members or offsets. */
export const MAX_GROUPS = 10_000;
export const MAX_MEMBERS_PER_GROUP = 500;
/** What the subscriptions and assignments of all members of one group may weigh. */
export const MAX_GROUP_BYTES = 8 * MIB;
/** What the members of all groups may take in memory. */
export const MAX_GROUPS_BYTES = 64 * MIB;
/** A client names its few assignors. */
export const MAX_PROTOCOLS_PER_MEMBER = 100;
/** Kafka's group.max.session.timeout.ms. */
export const MAX_SESSION_TIMEOUT_MS = 1_800_000;
/** What the committed offsets of all groups may take in memory: about 100,000 offsets. */
export const MAX_COMMITTED_BYTES = 32 * MIB;
/** Kafka's offsets.retention.minutes: so long after a group had its last member or commit its offsets are removed. */
export const OFFSETS_RETENTION_MS = 7 * 24 * 60 * 60 * 1_000;
/** Kafka's offsets.retention.check.interval.ms. */
export const OFFSETS_CHECK_INTERVAL_MS = 10 * 60 * 1_000;
/** Kafka's offset.metadata.max.bytes. */
export const MAX_OFFSET_METADATA_BYTES = 4_096;
/** The offsets journal is rewritten when it is larger than this and mostly made of what no longer counts. */
export const MIN_COMPACTION_BYTES = MIB;
/** Files that the broker reads as a whole: the largest one names 2,000 logs. */
export const MAX_SEALED_FILE_BYTES = MIB;
