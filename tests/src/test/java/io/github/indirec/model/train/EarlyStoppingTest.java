package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.eval.RankingMetrics;
import io.github.indirec.model.train.TrainingConfig.ValidationRule;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
    /** Metrics of 100 users with the given hits among the first 20 and NDCG@20. */
    private static RankingMetrics metrics(int hits20, double ndcg20) {
        return new RankingMetrics(100, 0, 0, hits20, 0, 0, ndcg20, 0);
    }

    @Test
    void theFirstValidationIsAlwaysTheBest() {
        assertTrue(EarlyStopping.NONE.improvedBy(metrics(0, 0), ValidationRule.STRICT));
        assertTrue(EarlyStopping.NONE.improvedBy(metrics(0, 0), ValidationRule.AUTHORS));
    }

    @Test
    void theAuthorsRuleTakesARiseOfEitherMetricAndThenForgetsBothOldValues() {
        EarlyStopping state = EarlyStopping.NONE.after(0, metrics(10, 0.5), ValidationRule.AUTHORS);
        state = state.after(5, metrics(11, 0.3), ValidationRule.AUTHORS);
        assertEquals(5, state.bestEpoch());
        state = state.after(10, metrics(9, 0.4), ValidationRule.AUTHORS);
        assertEquals(10, state.bestEpoch());
        assertEquals(0.09, state.hitRate20());
    }

    @Test
    void theStrictRuleTakesOnlyAGreaterNdcg() {
        EarlyStopping state = EarlyStopping.NONE.after(0, metrics(10, 0.5), ValidationRule.STRICT);
        assertFalse(state.improvedBy(metrics(90, 0.5), ValidationRule.STRICT));
        assertTrue(state.improvedBy(metrics(1, 0.51), ValidationRule.STRICT));
    }

    @Test
    void validationsWithoutImprovementAreCountedAndAnImprovementEndsTheCount() {
        EarlyStopping state = EarlyStopping.NONE.after(0, metrics(10, 0.5), ValidationRule.STRICT);
        state = state.after(1, metrics(10, 0.4), ValidationRule.STRICT);
        state = state.after(2, metrics(10, 0.4), ValidationRule.STRICT);
        assertEquals(2, state.waited());
        assertEquals(0, state.bestEpoch());
        assertEquals(0, state.after(3, metrics(10, 0.6), ValidationRule.STRICT).waited());
    }
}
