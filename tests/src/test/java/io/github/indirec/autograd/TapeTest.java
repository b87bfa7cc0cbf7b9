package io.github.indirec.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TapeTest {
    @Test
    void aChainOfAHundredThousandOpsPlaysBackWithoutRecursion() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable x = tape.input(Tensor.of(Shape.of(1), 2f));
            Variable y = x;
            for (int i = 0; i < 100_000; i++) {
                y = ElementwiseOps.scale(y, 1);
            }
            tape.backward(y);
            assertEquals(1, x.gradient().item());
        }
    }

    @Test
    void intermediateValuesAreGivenBackWhileTheTapePlays() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable x = tape.input(Tensor.of(Shape.of(2), 1f, 2f));
            Variable y = ElementwiseOps.multiply(x, x);
            Variable loss = ElementwiseOps.sum(y);
            tape.backward(loss);
            assertTrue(y.value().isClosed());
            assertFalse(loss.value().isClosed());
            assertThrows(IllegalStateException.class, () -> y.value().toFloats());
        }
    }

    @Test
    void gradientsOfSeveralUsesAddUp() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable x = tape.input(Tensor.of(Shape.of(1), 3f));
            Variable y = ElementwiseOps.add(ElementwiseOps.multiply(x, x), ElementwiseOps.scale(x, 4));
            tape.backward(y);
            assertEquals(2 * 3 + 4, x.gradient().item());
        }
    }

    @Test
    void detachStopsGradients() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable x = tape.input(Tensor.of(Shape.of(1), 3f));
            tape.backward(ElementwiseOps.multiply(x.detach(), x));
            assertEquals(3, x.gradient().item());
        }
    }

    @Test
    void aTapePlaysOnceAndSaysSo() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend);
                Tape inference = Tape.inference(backend)) {
            Variable x = tape.input(Tensor.of(Shape.of(1), 3f));
            Variable y = ElementwiseOps.scale(x, 2);
            tape.backward(y);
            assertThrows(IllegalStateException.class, () -> tape.backward(y));
            Variable z = ElementwiseOps.scale(inference.input(Tensor.of(Shape.of(1), 3f)), 2);
            assertThrows(IllegalStateException.class, () -> inference.backward(z));
        }
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable a = tape.input(Tensor.zeros(Shape.of(2, 3), DType.F32));
            Variable b = tape.input(Tensor.zeros(Shape.of(3, 2), DType.F32));
            ShapeException e = assertThrows(ShapeException.class, () -> ElementwiseOps.add(a, b));
            assertTrue(e.getMessage().contains("add") && e.getMessage().contains("[2, 3]"), e.getMessage());
        }
    }

    @Test
    void aParameterThatNoGradientReachesIsLeftAloneByWeightDecay() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32)) {
            Linear used = new Linear(parameters, "used", 2, 1);
            Linear unused = new Linear(parameters, "unused", 2, 1);
            used.weight().value().copyFrom(new float[] {1, 2});
            unused.weight().value().copyFrom(new float[] {1, 2});
            AdamW.Settings settings = new AdamW.Settings(0.1, 0.9, 0.999, 1e-8, 0.5);
            try (AdamW adam = new AdamW(parameters, settings);
                    Tape tape = Tape.recording(backend)) {
                Variable x = tape.constant(Tensor.of(Shape.of(1, 2), 1f, 1f));
                tape.backward(ElementwiseOps.sum(used.forward(x)));
                adam.step(1);
            }
            assertArrayEquals(new float[] {1, 2}, unused.weight().value().toFloats());
            // 1 (1 - 0.1 0.5) - 0.1 and 2 (1 - 0.1 0.5) - 0.1: the first step of Adam has length lr.
            assertArrayEquals(new float[] {0.85f, 1.8f}, used.weight().value().toFloats(), 1e-6f);
        }
    }

    @Test
    void whatATapeSharesIsComputedOnceAndGathersTheGradientsOfAllItsUses() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable x = tape.input(Tensor.of(Shape.of(1), 3f));
            Object key = new Object();
            int[] computed = {0};
            Function<Tape, Variable> square = on -> {
                computed[0]++;
                assertSame(tape, on);
                return ElementwiseOps.multiply(x, x);
            };
            Variable y = ElementwiseOps.add(tape.shared(key, square), ElementwiseOps.scale(tape.shared(key, square), 4));
            tape.backward(y);
            assertEquals(1, computed[0]);
            assertEquals(5 * 2 * 3, x.gradient().item());
        }
    }

    @Test
    void aPassTakesWhatItsTapeSharesAsAConstantWhoeverAsksFirst() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable x = tape.input(Tensor.of(Shape.of(1), 3f));
            Object key = new Object();
            Function<Tape, Variable> square = on -> ElementwiseOps.multiply(x, x);
            try (Tape pass = tape.pass();
                    Tape inner = pass.pass()) {
                Variable seen = inner.shared(key, square);
                assertFalse(seen.needsGradient());
                assertEquals(9, ElementwiseOps.scale(seen, 1).value().item());
                assertSame(seen, inner.shared(key, on -> fail("computed twice")));
                assertEquals(9, pass.shared(key, on -> fail("computed twice")).value().item());
            }
            Variable y = tape.shared(key, on -> fail("computed twice"));
            assertFalse(y.value().isClosed(), "a pass that is closed takes nothing of its tape along");
            tape.backward(y);
            assertEquals(6, x.gradient().item());
        }
    }

    @Test
    void noGradientReachesAFrozenParameter() {
        try (Backend backend = Backends.cpu(1);
                Parameters parameters = new Parameters(backend, DType.F32)) {
            Parameter trained = parameters.create("trained", 1);
            Parameter frozen = parameters.createFrozen("frozen", 1);
            frozen.value().copyFrom(new float[] {2});
            try (Tape tape = Tape.recording(backend)) {
                tape.backward(ElementwiseOps.multiply(tape.leaf(trained), tape.leaf(frozen)));
            }
            assertEquals(2, trained.gradient().item());
            assertFalse(frozen.hasGradient());
            assertEquals(1, parameters.size(), "a frozen parameter is not trainable");
            assertSame(frozen, parameters.get("frozen"));
        }
    }
}
