package io.github.indirec.model.experiment;

import java.util.Arrays;
import org.apache.commons.math3.special.Erf;

/**
 * Wilcoxon's signed-rank test of two models on the same users: whether the differences lean to one side. Zero
 * differences are dropped (most users are missed by both models), equal ones share their mean rank.
 *
 * <pre>
 * W+ = sum of the ranks of |d| where d &gt; 0;  n non-zero differences;  t users in a group of equal |d|
 * n &lt;= 50: exact, over all 2^n signs
 * n &gt; 50:  z = (|W+ - n(n+1)/4| - 1/2) / sqrt(n(n+1)(2n+1)/24 - sum(t^3 - t)/48), normal
 * </pre>
 *
 * Ours because that of Commons Math 3.6.1 ranks zeros among the differences and gives their ranks to the negative side,
 * knows no correction for ties, and corrects for continuity with the sign turned.
 *
 * @param nonZero n
 * @param positive users with a positive difference
 * @param positiveRanks W+
 * @param pValue two-sided
 * @param exact whether all signs were counted
 */
public record WilcoxonSignedRank(int nonZero, int positive, double positiveRanks, double pValue, boolean exact) {
    /** Largest n counted exactly: 2^50 sign patterns are still whole numbers in double. */
    static final int FEW = 50;

    /** Differences are rounded to multiples of 2^-40: sums in another order must not untie what is equal. */
    private static final double GRID = 0x1p40;

    /**
     * @param first the first model's measurement of each user
     * @param second the same of the second model
     * @throws IllegalArgumentException if they are not of the same users, or one is not finite
     */
    public static WilcoxonSignedRank of(double[] first, double[] second) {
        PairedUsers.require(first.length, second.length);
        double[] differences = new double[first.length];
        int n = 0;
        for (int user = 0; user < first.length; user++) {
            double difference = Math.rint((first[user] - second[user]) * GRID) / GRID;
            if (!Double.isFinite(difference)) {
                throw new IllegalArgumentException("paired test: expected finite measurements, found " + first[user]
                        + " and " + second[user] + " of user row " + user);
            }
            if (difference != 0) {
                differences[n++] = difference;
            }
        }
        return ofNonZero(Arrays.copyOf(differences, n));
    }

    private static WilcoxonSignedRank ofNonZero(double[] differences) {
        int n = differences.length;
        double[] sizes = Arrays.stream(differences).map(Math::abs).sorted().toArray();
        // Twice the mid-rank, first + last rank of its group, is a whole number.
        int[] doubled = new int[n];
        double ties = 0;
        for (int from = 0, to; from < n; from = to) {
            to = from + 1;
            while (to < n && sizes[to] == sizes[from]) {
                to++;
            }
            Arrays.fill(doubled, from, to, from + 1 + to);
            double t = to - from;
            ties += t * t * t - t;
        }
        int positive = 0;
        double doubledSum = 0;
        for (double difference : differences) {
            if (difference > 0) {
                positive++;
                doubledSum += doubled[Arrays.binarySearch(sizes, difference)];
            }
        }
        boolean exact = n <= FEW;
        double p = exact ? exact(doubled, (int) doubledSum) : normal(n, doubledSum / 2, ties);
        return new WilcoxonSignedRank(n, positive, doubledSum / 2, p, exact);
    }

    /** Counts the sign patterns whose sum is at least as far out as the one found. */
    private static double exact(int[] doubled, int found) {
        int total = Arrays.stream(doubled).sum();
        double[] patterns = new double[total + 1];
        patterns[0] = 1;
        for (int rank : doubled) {
            for (int sum = total; sum >= rank; sum--) {
                patterns[sum] += patterns[sum - rank];
            }
        }
        double tail = 0;
        for (int sum = Math.max(found, total - found); sum <= total; sum++) {
            tail += patterns[sum];
        }
        return Math.min(1, Math.scalb(2 * tail, -doubled.length));
    }

    private static double normal(double n, double positiveRanks, double ties) {
        double mean = n * (n + 1) / 4;
        double variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
        double distance = Math.max(0, Math.abs(positiveRanks - mean) - 0.5);
        return Erf.erfc(distance / Math.sqrt(2 * variance));
    }
}
