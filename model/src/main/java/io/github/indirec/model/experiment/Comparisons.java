package io.github.indirec.model.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Every model of a data set against one of them, all p-values corrected together by {@link Holm}: two tests a model are
 * one family of 2 (models - 1).
 *
 * @param tested one a model that shares a seed with the baseline
 * @param untested why others are not
 */
public record Comparisons(ResultGroup baseline, List<Corrected> tested, List<String> untested) {
    /**
     * @param hitsP corrected p-value of McNemar
     * @param ndcgP corrected p-value of Wilcoxon
     */
    public record Corrected(PairedComparison test, double hitsP, double ndcgP) {}

    public static Comparisons of(DataResults data, ResultGroup baseline) throws IOException {
        List<PairedComparison> tests = new ArrayList<>();
        List<String> untested = new ArrayList<>();
        for (ResultGroup group : data.groups()) {
            if (group != baseline) {
                try {
                    tests.add(PairedComparison.of(group, baseline));
                } catch (IllegalArgumentException e) {
                    untested.add(e.getMessage());
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
        return new Comparisons(baseline, all, untested);
    }
}
