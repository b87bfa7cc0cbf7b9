package io.github.indirec.model.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseScheduleTest {
    /** The reference betas come from 32-bit cosines and exponentials, which lose digits by cancellation. */
    private static final double BETA = 5e-6;

    private static final double ALPHA_CUMPROD_RELATIVE = 1e-6;
    /** At t = 0 of the linear schedule the reference divides two small 32-bit differences. */
    private static final double COEF1_RELATIVE = 5e-4;

    private static final double VARIANCE = 1e-6;
    /** The same cancellation in 1 - abar_{t-1}: relative as for coef1. */
    private static final double COEF2_RELATIVE = 5e-4;
    /** No table exceeds 1 but by rounding: coef1 of sqrt with 10,000 steps reaches 1.0000066 in the authors' 32 bits. */
    private static final float LARGEST = 1.00001f;

    /** The published check values of the exponential schedule have six decimals. */
    private static final double SIX_DECIMALS = 5.1e-7;

    private static final List<Function<NoiseSchedule, float[]>> TABLES = List.of(
            NoiseSchedule::betas,
            NoiseSchedule::alphasCumprod,
            NoiseSchedule::sqrtAlphasCumprod,
            NoiseSchedule::sqrtOneMinusAlphasCumprod,
            NoiseSchedule::posteriorMeanCoef1,
            NoiseSchedule::posteriorMeanCoef2,
            NoiseSchedule::posteriorVariance);

    record Case(BetaSchedule schedule, int steps) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (BetaSchedule schedule : BetaSchedule.values()) {
            for (int steps : new int[] {50, 100, 200}) {
                cases.add(new Case(schedule, steps));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void betasEqualTheReference(Case c) throws IOException {
        near(reference(c, "betas"), c.schedule().schedule(c.steps()).betas(), BETA, 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tablesFollowFromTheReferenceBetasToTheLastBit(Case c) throws IOException {
        NoiseSchedule schedule = NoiseSchedule.of(reference(c, "betas"));
        assertArrayEquals(reference(c, "alphas_cumprod"), schedule.alphasCumprod());
        assertArrayEquals(reference(c, "posterior_mean_coef1"), schedule.posteriorMeanCoef1());
        assertArrayEquals(reference(c, "posterior_mean_coef2"), schedule.posteriorMeanCoef2());
        assertArrayEquals(reference(c, "posterior_variance"), schedule.posteriorVariance());
        assertArrayEquals(reference(c, "sqrt_alphas_cumprod"), schedule.sqrtAlphasCumprod());
        assertArrayEquals(reference(c, "sqrt_one_minus_alphas_cumprod"), schedule.sqrtOneMinusAlphasCumprod());
    }

    /** From the formula to the tables. */
    @ParameterizedTest
    @MethodSource("cases")
    void tablesEqualTheReference(Case c) throws IOException {
        NoiseSchedule schedule = c.schedule().schedule(c.steps());
        near(reference(c, "alphas_cumprod"), schedule.alphasCumprod(), 0, ALPHA_CUMPROD_RELATIVE);
        near(reference(c, "posterior_mean_coef1"), schedule.posteriorMeanCoef1(), 0, COEF1_RELATIVE);
        near(reference(c, "posterior_mean_coef2"), schedule.posteriorMeanCoef2(), 0, COEF2_RELATIVE);
        near(reference(c, "posterior_variance"), schedule.posteriorVariance(), VARIANCE, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "50, .003972, .182889, .242502, .005805",
        "100, .001494, .095610, .258918, .006100",
        "200, .000624, .048888, .267361, .006253"
    })
    void exponentialScheduleHasThePublishedValues(int steps, double first, double last, double middle, double end) {
        NoiseSchedule schedule = BetaSchedule.EXP.schedule(steps);
        assertEquals(first, schedule.betas()[0], SIX_DECIMALS);
        assertEquals(last, schedule.betas()[steps - 1], SIX_DECIMALS);
        assertEquals(middle, schedule.alphasCumprod()[steps / 2], SIX_DECIMALS);
        assertEquals(end, schedule.alphasCumprod()[steps - 1], SIX_DECIMALS);
    }

    /** Worked out in 64 bits from the formula; the last two to five digits. */
    @Test
    void squareRootScheduleOfAThousandStepsHasItsWorkedValues() {
        NoiseSchedule schedule = BetaSchedule.SQRT.schedule(1_000);
        float[] betas = schedule.betas();
        float[] abar = schedule.alphasCumprod();
        assertEquals(.0234003, betas[0], SIX_DECIMALS);
        assertEquals(.0130938, betas[1], SIX_DECIMALS);
        assertEquals(.0024133, betas[500], SIX_DECIMALS);
        assertEquals(.999f, betas[999]);
        assertEquals(.9765997, abar[0], SIX_DECIMALS);
        assertEquals(.6889270, abar[100], SIX_DECIMALS);
        assertEquals(.2950665, abar[500], SIX_DECIMALS);
        assertEquals(4.5465e-4, abar[998], 5e-8);
        assertEquals(4.5465e-7, abar[999], 5e-11);
        assertEquals(.152971, schedule.sqrtOneMinusAlphasCumprod()[0], SIX_DECIMALS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"train-step-mlp1", "train-step-mlp2", "train-step-mlp1-official-init"})
    void fiveStepsEqualTheReferenceTrainingStep(String name) throws IOException {
        TensorFile file = golden(name);
        NoiseSchedule schedule = BetaSchedule.EXP.schedule(5);
        // 32-bit arithmetic against 64-bit, on numbers up to 1.
        double rounding = 1e-7;
        near(file.floats("sched.betas", 5), schedule.betas(), rounding, 0);
        near(file.floats("sched.alphas_cumprod", 5), schedule.alphasCumprod(), rounding, 0);
        near(file.floats("sched.sqrt_alphas_cumprod", 5), schedule.sqrtAlphasCumprod(), rounding, 0);
        near(
                file.floats("sched.sqrt_one_minus_alphas_cumprod", 5),
                schedule.sqrtOneMinusAlphasCumprod(),
                rounding,
                0);
        near(file.floats("sched.posterior_mean_coef1", 5), schedule.posteriorMeanCoef1(), rounding, 0);
        near(file.floats("sched.posterior_mean_coef2", 5), schedule.posteriorMeanCoef2(), rounding, 0);
        near(file.floats("sched.posterior_variance", 5), schedule.posteriorVariance(), rounding, 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lastReverseStepReturnsTheItemItself(Case c) {
        NoiseSchedule schedule = c.schedule().schedule(c.steps());
        assertEquals(1f, schedule.posteriorMeanCoef1()[0], (float) COEF1_RELATIVE);
        assertEquals(0f, schedule.posteriorMeanCoef2()[0]);
        assertEquals(0f, schedule.posteriorVariance()[0]);
    }

    @Test
    void linearScheduleTakesItsEndsFromTheCaller() {
        assertArrayEquals(new float[] {.1f, .2f, .3f}, BetaSchedule.linear(3, .1, .3).betas(), 1e-7f);
        assertArrayEquals(
                BetaSchedule.LINEAR.schedule(50).betas(),
                BetaSchedule.linear(50, 1e-4, .02).betas());
    }

    @Test
    void cosineAndSqrtAreClipped() {
        assertEquals(1e-4f, BetaSchedule.COSINE.schedule(1_000).betas()[0]);
        assertEquals(.9999f, BetaSchedule.COSINE.schedule(50).betas()[49]);
        assertEquals(.999f, BetaSchedule.SQRT.schedule(50).betas()[49]);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fewestAndMostStepsGiveFiniteTables(Case c) {
        for (int steps : new int[] {1, 2, NoiseSchedule.MAX_STEPS}) {
            NoiseSchedule schedule = c.schedule().schedule(steps);
            for (Function<NoiseSchedule, float[]> table : TABLES) {
                for (float value : table.apply(schedule)) {
                    assertTrue(value >= 0 && value <= LARGEST, c + " with " + steps + " steps: " + value);
                }
            }
        }
    }

    @Test
    void tablesAreCopies() {
        float[] betas = {.1f, .2f};
        NoiseSchedule schedule = NoiseSchedule.of(betas);
        betas[0] = .9f;
        assertEquals(.1f, schedule.betas()[0]);
        for (Function<NoiseSchedule, float[]> table : TABLES) {
            assertNotSame(table.apply(schedule), table.apply(schedule));
        }
    }

    @Test
    void rangeErrorsNameTheValue() {
        assertMessage("found 0", () -> BetaSchedule.EXP.schedule(0));
        assertMessage("found 10001", () -> BetaSchedule.linear(10_001, 1e-4, .02));
        assertMessage("found 0 ", () -> NoiseSchedule.of());
        assertMessage("1.0 at step 1", () -> NoiseSchedule.of(.5f, 1f));
        assertMessage("at step 1 of 2", () -> NoiseSchedule.of(.5f, 9e-7f));
        assertMessage("NaN at step 0", () -> NoiseSchedule.of(Float.NaN));
        assertMessage("0.0 at step 0", () -> BetaSchedule.linear(2, 0, .02));
    }

    private static void assertMessage(String part, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage() + " ";
        assertTrue(message.contains(part), message);
    }

    private static float[] reference(Case c, String table) throws IOException {
        String name = c.schedule().label() + "." + c.steps() + "." + table;
        return golden("beta-schedules").floats(name, c.steps());
    }

    private static TensorFile golden(String name) throws IOException {
        String resource = "/golden/" + name + ".safetensors";
        try (InputStream in = NoiseScheduleTest.class.getResourceAsStream(resource)) {
            return SafeTensors.read(in, resource);
        }
    }

    private static void near(float[] expected, float[] actual, double absolute, double relative) {
        assertEquals(expected.length, actual.length);
        for (int t = 0; t < expected.length; t++) {
            double tolerance = absolute + relative * Math.abs(expected[t]);
            assertEquals(expected[t], actual[t], tolerance, "step " + t);
        }
    }
}
