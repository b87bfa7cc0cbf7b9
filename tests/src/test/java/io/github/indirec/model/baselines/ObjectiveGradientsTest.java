package io.github.indirec.model.baselines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Tape;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.train.SilentLogs;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gradient of each whole objective, dropout included, against central differences: along a parameter's own gradient
 * g the objective must rise by |g|. A term that lost its gradient on the way makes it rise by more or less.
 */
class ObjectiveGradientsTest {
    /**
     * Distance gone in each direction. Objectives of about 10 are float32: 1e-5 of rounding over 0.01 is 1e-3. The third
     * derivatives, through norms of embeddings of about 0.3, are up to a thousand times the first: 5e-3 of it.
     */
    private static final double STEP = 5e-3;

    private static final double RELATIVE = 2e-2;
    private static final double ABSOLUTE = 2e-3;

    /** Below this a gradient is rounding, such as that of the key's bias, which the softmax cancels. */
    private static final double ZERO = 1e-5;

    private static final int[] BATCH = {0, 2, 3, 7, 8, 10};

    private static final Map<String, String> DROPOUT =
            Map.of("hidden_dropout", "0.2", "attention_dropout", "0.2", "denoiser_dropout", "0.2", "mask_ratio", "0.4");

    private static OneStep step(ModelFamily family, String... more) {
        Map<String, String> settings = new HashMap<>(DROPOUT);
        settings.keySet().retainAll(family.settings("demo").toMap().keySet());
        for (String pair : more) {
            settings.put(pair.split("=")[0], pair.split("=")[1]);
        }
        OneStep step = new OneStep(family, settings);
        step.task.beginEpoch(SilentLogs.of(0));
        return step;
    }

    private static Map<String, double[]> gradients(OneStep step) {
        step.model.parameters().clearGradients();
        Map<String, double[]> gradients = new HashMap<>();
        try (Tape tape = Tape.recording(step.backend)) {
            tape.backward(step.task.losses(tape, BATCH, OneStep.STEP, SilentLogs.of(0)).total());
            for (Parameter parameter : step.model.parameters().trained()) {
                double[] gradient = parameter.hasGradient() ? parameter.gradient().toDoubles() : null;
                gradients.put(parameter.name(), gradient == null ? new double[parameter.shape().size()] : gradient);
            }
        }
        return gradients;
    }

    private static void check(OneStep step, Predicate<String> names) {
        Map<String, double[]> gradients = gradients(step);
        Random random = new Random(SmallModels.SEED);
        int checked = 0;
        for (Parameter parameter : step.model.parameters().trained()) {
            if (names.test(parameter.name())) {
                double[] gradient = gradients.get(parameter.name());
                double norm = Math.sqrt(Formulas.product(gradient, gradient));
                boolean zero = norm < ZERO;
                double[] direction =
                        zero ? random.doubles(gradient.length, -1, 1).toArray() : gradient.clone();
                double length = Math.sqrt(Formulas.product(direction, direction));
                double slope = (along(step, parameter, direction, STEP / length)
                                - along(step, parameter, direction, -STEP / length))
                        / (2 * STEP);
                assertEquals(zero ? 0 : norm, slope, RELATIVE * norm + ABSOLUTE, parameter.name());
                checked += zero ? 0 : 1;
            }
        }
        assertTrue(checked > 10, "only " + checked + " parameters have a gradient");
    }

    private static double along(OneStep step, Parameter parameter, double[] direction, double distance) {
        double[] original = parameter.value().toDoubles();
        double[] moved = original.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += distance * direction[i];
        }
        parameter.value().copyFrom(moved);
        double loss = step.losses(BATCH).get("loss");
        parameter.value().copyFrom(original);
        return loss;
    }

    @ParameterizedTest
    @CsvSource({
        "SASREC, ''",
        "SASREC_CE, ''",
        "BERT4REC, last_item_ratio=0",
        "DUOREC, contrast=us unsupervised_weight=1 supervised_weight=2",
        "DUOREC, contrast=us-x supervised_weight=2",
        "ICSREC, coarse_weight=1 fine_weight=0 partner=uniform",
        // Without dropout, so that every g is far from where another centroid is nearest: there the objective jumps.
        "ICSREC, coarse_weight=1 fine_weight=1 num_intents=2 hidden_dropout=0 attention_dropout=0",
        "CADIREC, nll_weight=1 cl_weight=0"
    })
    void theObjectiveRisesAlongItsGradientAsFastAsThatIsLong(ModelFamily family, String settings) {
        try (OneStep step = step(family, settings.isEmpty() ? new String[0] : settings.split(" "))) {
            check(step, name -> true);
        }
    }

    /** The choice of the views' items is no function to derive, so only what it does not depend on is checked. */
    @Test
    void caDiRecsContrastTeachesTheEncoder() {
        try (OneStep step = step(ModelFamily.CADIREC, "nll_weight=1", "cl_weight=2")) {
            check(step, name -> name.startsWith("seq_model."));
        }
    }

    @Test
    void caDiRecsContrastTeachesNeitherTheTableNorTheDenoiser() {
        try (OneStep without = step(ModelFamily.CADIREC, "cl_weight=0");
                OneStep with = step(ModelFamily.CADIREC, "cl_weight=2")) {
            Map<String, double[]> expected = gradients(without);
            Map<String, double[]> found = gradients(with);
            for (String name : expected.keySet()) {
                if (name.startsWith("seq_model.")) {
                    assertFalse(Arrays.equals(expected.get(name), found.get(name)), name);
                } else {
                    assertArrayEquals(expected.get(name), found.get(name), name);
                }
            }
        }
    }
}
