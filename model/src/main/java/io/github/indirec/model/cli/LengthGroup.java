package io.github.indirec.model.cli;

/**
 * Users by the length of their whole sequence, held-out items included: the authors' three groups, and one for those
 * who are in none of them.
 */
enum LengthGroup {
    BELOW_5("3-4", 3, 4),
    EQUAL_5("5", 5, 5),
    FROM_6_TO_8("6-8", 6, 8),
    ABOVE_8("9+", 9, Integer.MAX_VALUE);

    private final String label;
    private final int shortest;
    private final int longest;

    LengthGroup(String label, int shortest, int longest) {
        this.label = label;
        this.shortest = shortest;
        this.longest = longest;
    }

    String label() {
        return label;
    }

    boolean contains(int length) {
        return length >= shortest && length <= longest;
    }
}
