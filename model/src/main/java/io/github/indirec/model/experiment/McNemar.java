package io.github.indirec.model.experiment;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.special.Erf;

/**
 * McNemar's test of two models on the same users: whether one hits more often than the other. Users whom both hit, or
 * neither, tell nothing of it; of the others, b and c, each is as likely as a coin's sides if the models are equal.
 *
 * <pre>
 * exact, b + c &lt; 25:   p = 2 P(X &lt;= min(b, c)),  X binomial of b + c trials at 1/2, at most 1
 * otherwise:           chi2 = (|b - c| - 1)^2 / (b + c), one degree of freedom (with Edwards' continuity correction)
 * </pre>
 *
 * @param onlyFirst b, users whom only the first model hits
 * @param onlySecond c, users whom only the second model hits
 * @param pValue two-sided
 * @param exact whether the binomial was used
 */
public record McNemar(int onlyFirst, int onlySecond, double pValue, boolean exact) {
    /** Discordant users from which on the chi-square is customary. */
    static final int MANY = 25;

    /**
     * @param first whether the first model hits, by user
     * @param second the same of the second model
     * @throws IllegalArgumentException if they are not of the same users
     */
    public static McNemar of(boolean[] first, boolean[] second) {
        PairedUsers.require(first.length, second.length);
        int onlyFirst = 0;
        int onlySecond = 0;
        for (int user = 0; user < first.length; user++) {
            if (first[user] != second[user]) {
                onlyFirst += first[user] ? 1 : 0;
                onlySecond += second[user] ? 1 : 0;
            }
        }
        return of(onlyFirst, onlySecond);
    }

    static McNemar of(int onlyFirst, int onlySecond) {
        int discordant = onlyFirst + onlySecond;
        if (discordant == 0) {
            return new McNemar(0, 0, 1, true);
        }
        if (discordant < MANY) {
            double tail =
                    new BinomialDistribution(discordant, 0.5).cumulativeProbability(Math.min(onlyFirst, onlySecond));
            return new McNemar(onlyFirst, onlySecond, Math.min(1, 2 * tail), true);
        }
        double distance = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
        // The square root of a chi-square of one degree is normal: erfc keeps small values that 1 - cdf loses.
        return new McNemar(onlyFirst, onlySecond, Erf.erfc(distance / Math.sqrt(2.0 * discordant)), false);
    }
}
