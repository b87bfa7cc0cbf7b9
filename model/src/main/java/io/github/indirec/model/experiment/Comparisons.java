package io.github.indirec.model.experiment;

import io.github.indirec.model.eval.UserGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Every model of a data set against one of them, over all users or over some groups of users, all p-values corrected
 * together by {@link Holm}: two tests a model and group are one family of 2 (models - 1) groups.
 *
 * @param tested one a group and model that shares a seed with the baseline, the models of a group together
 * @param untested why others are not
 */
public record Comparisons(ResultGroup baseline, List<Corrected> tested, List<String> untested) {
    /**
     * @param hitsP corrected p-value of McNemar
     * @param ndcgP corrected p-value of Wilcoxon
     */
    public record Corrected(PairedComparison test, double hitsP, double ndcgP) {}

    /** Over all users. */
    public static Comparisons of(DataResults data, ResultGroup baseline) throws IOException {
        return of(data, baseline, List.of(UserGroup.everyone(data.users())));
    }

    /** Over each of some groups of users, none of them empty. */
    public static Comparisons of(DataResults data, ResultGroup baseline, List<UserGroup> groups) throws IOException {
        List<PairedComparison> tests = new ArrayList<>();
        Set<String> untested = new LinkedHashSet<>();
        for (UserGroup users : groups) {
            for (ResultGroup model : data.groups()) {
                if (model != baseline) {
                    PairedComparison.of(model, baseline, users, data.users())
                            .ifPresentOrElse(tests::add, () -> untested.add(noSharedSeed(model, baseline)));
                }
            }
        }
        double[] pValues = new double[2 * tests.size()];
        for (int i = 0; i < tests.size(); i++) {
            pValues[2 * i] = tests.get(i).hits().pValue();
            pValues[2 * i + 1] = tests.get(i).ndcg().pValue();
        }
        double[] corrected = Holm.correct(pValues);
        List<Corrected> all = new ArrayList<>();
        for (int i = 0; i < tests.size(); i++) {
            all.add(new Corrected(tests.get(i), corrected[2 * i], corrected[2 * i + 1]));
        }
        return new Comparisons(baseline, all, List.copyOf(untested));
    }

    private static String noSharedSeed(ResultGroup model, ResultGroup baseline) {
        return model.label() + " and " + baseline.label()
                + " were run with no seed in common; run both with one at least";
    }
}
