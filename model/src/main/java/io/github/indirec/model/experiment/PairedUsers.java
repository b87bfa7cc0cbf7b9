package io.github.indirec.model.experiment;

/** What every paired test asks for: two measurements of the same users. */
final class PairedUsers {
    private PairedUsers() {}

    static void require(int first, int second) {
        if (first != second || first == 0) {
            throw new IllegalArgumentException("paired test: expected two measurements of the same users, found "
                    + first + " users and " + second + "; compare models on one data set");
        }
    }
}
