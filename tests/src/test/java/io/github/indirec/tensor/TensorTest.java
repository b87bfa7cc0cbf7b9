package io.github.indirec.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void viewsShareMemory() {
        Tensor base = Tensor.of(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
        Tensor row = base.rows(1, 2);
        row.copyFrom(new float[] {30, 40});
        assertArrayEquals(new float[] {1, 2, 30, 40, 5, 6}, base.toFloats());
        assertArrayEquals(new float[] {1, 2, 30, 40, 5, 6}, base.reshape(6).toFloats());
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        Tensor base = Tensor.of(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
        assertThrows(ShapeException.class, () -> base.reshape(4));
        assertThrows(ShapeException.class, () -> base.rows(2, 4));
        assertThrows(ShapeException.class, () -> Tensor.of(Shape.of(2), 1));
        assertThrows(ShapeException.class, base::item);
        assertThrows(ShapeException.class, () -> Shape.of(1 << 20, 1 << 20));
        assertThrows(ShapeException.class, () -> Shape.of(-1));
    }

    @Test
    void aScopeFreesWhatWasMadeInsideIt() {
        try (Backend backend = Backends.cpu(1)) {
            Tensor inside;
            Tensor view;
            try (TensorScope scope = new TensorScope(backend)) {
                inside = scope.allocate(DType.F32, 4);
                view = inside.reshape(2, 2);
                inside.copyFrom(new float[] {1, 2, 3, 4});
                assertArrayEquals(new float[] {1, 2, 3, 4}, view.toFloats());
            }
            assertTrue(inside.isClosed());
            assertTrue(view.isClosed());
            assertThrows(IllegalStateException.class, inside::toFloats);
            assertThrows(IllegalStateException.class, view::toFloats);
        }
    }

    @Test
    void closingTwiceDoesNotLendTheSameMemoryTwice() {
        try (Backend backend = Backends.cpu(1)) {
            Tensor first = backend.allocate(DType.F32, Shape.of(100));
            first.close();
            first.close();
            Tensor second = backend.allocate(DType.F32, Shape.of(100));
            Tensor third = backend.allocate(DType.F32, Shape.of(100));
            second.copyFrom(new float[100]);
            float[] ones = new float[100];
            Arrays.fill(ones, 1);
            third.copyFrom(ones);
            assertEquals(0, second.toFloats()[0]);
        }
    }

    @Test
    void devicesParseOrSayWhatIsExpected() {
        assertEquals(Device.CPU, Device.parse("cpu"));
        assertEquals(new Device("cuda", 1), Device.parse("cuda:1"));
        assertThrows(DeviceException.class, () -> Device.parse("cuda:x"));
    }

    @Test
    void anAbsentDeviceSaysWhatIsPresent() {
        DeviceException e =
                assertThrows(DeviceException.class, () -> Backends.open(new Device("abacus", 0), 1));
        assertTrue(e.getMessage().contains("[cpu"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Backends.cpu(0));
    }

    @Test
    void aBackendsThreadsEndWithIt() {
        String before = "indirec-cpu-";
        Backend backend = Backends.cpu(3);
        assertTrue(Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().startsWith(before)));
        backend.close();
        assertFalse(Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().startsWith(before)));
    }
}
