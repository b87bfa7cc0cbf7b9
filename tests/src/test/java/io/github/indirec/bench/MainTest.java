package io.github.indirec.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.tensor.cpu.VectorUnit;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the command says to a mistake; what it measures is checked whenever it runs. */
class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Main.run(print(out), print(err), args);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private void says(String part) {
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(part), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        assertEquals(2, run("--quack"));
        says("--help");
    }

    @Test
    void aPatternThatNothingMatchesIsBadInputAndNamesTheBenchmarks() {
        assumeTrue(VectorUnit.unavailable().isEmpty(), () -> VectorUnit.unavailable().orElse(""));
        assertEquals(3, run("--quick", "Matmull"));
        says("LayerNormBenchmark.forward");
    }

    @Test
    void aPatternThatIsNoRegularExpressionIsBadInput() {
        assumeTrue(VectorUnit.unavailable().isEmpty(), () -> VectorUnit.unavailable().orElse(""));
        assertEquals(3, run("Gemm("));
        says("regular expression");
    }

    @Test
    void theLadderPrintsARungALine() {
        assertEquals(0, run("ladder", "--points", "5", "--clusters", "3", "--hidden-size", "4"));
        String table = out.toString(StandardCharsets.UTF_8);
        assertTrue(table.contains("ladder_kmeans_3_fused"), table);
        assertTrue(table.contains("a model of a card, not a measurement"), table);
    }

    @Test
    void aLadderThatWouldTakeForeverIsBadInput() {
        assertEquals(3, run("ladder", "--points", "1000000"));
        says("--points 1000000");
    }
}
