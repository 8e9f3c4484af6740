package io.ains.protocol;

import java.util.regex.Pattern;

/** The rule for every id and name that AINS takes: agents, sessions, tasks, clients, capabilities, requests. */
public final class Ids {
    /** The longest id, in characters. */
    public static final int MAX_LENGTH = 128;

    /** What {@link #isValid} demands, for error texts. */
    public static final String RULE = "1 to " + MAX_LENGTH + " characters of A-Z a-z 0-9 . _ : -";

    /** {@link #isValid} as a regular expression. */
    public static final String PATTERN = "[A-Za-z0-9._:-]{1," + MAX_LENGTH + "}";

    private static final Pattern VALID = Pattern.compile(PATTERN);

    private Ids() {}

    /**
     * Whether a text may be used as an id.
     *
     * @param id any text
     * @return true if it has 1 to 128 characters, all of {@code [A-Za-z0-9._:-]}
     */
    public static boolean isValid(String id) {
        return VALID.matcher(id).matches();
    }
}
