/** Characters that java.net.URI rejects in a path. Beyond ASCII, it rejects controls and spaces. */
export const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@/%\u00a1-\uffff]|\s/;
/** Characters that java.net.URI rejects in a query or fragment. */
export const NOT_BEHIND_PATH = /[^\w\-.~!$&'()*+,;=:@/?%[\]\u00a1-\uffff]|\s/;
/** A `%` that is not the start of an escape. */
export const MALFORMED_ESCAPE = /%(?![\da-f]{2})/i;
