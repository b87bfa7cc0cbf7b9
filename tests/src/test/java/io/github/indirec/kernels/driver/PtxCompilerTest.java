package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.tensor.DeviceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Static checks by NVIDIA's own compiler: what the kernels take of the hardware, without any. */
class PtxCompilerTest {
    private static final String HEADER = ".version 8.0\n.target sm_75\n.address_size 64\n";

    private static PtxCompiler compiler() {
        try {
            return PtxCompiler.open();
        } catch (DeviceException e) {
            assumeTrue(false, e.getMessage());
            throw e;
        }
    }

    @Test
    @Tag("ptx")
    void noShippedKernelSpillsOrUsesLocalMemoryOnAnyArchitecture() throws Exception {
        PtxCompiler compiler = compiler();
        List<String> offences = ShippedPtx.files(".ptx").parallelStream()
                .flatMap(file -> Stream.of(Multiprocessor.values()).flatMap(m -> offences(compiler, file, m)))
                .toList();
        assertEquals(List.of(), offences);
    }

    private static Stream<String> offences(PtxCompiler compiler, Path file, Multiprocessor target) {
        Map<String, KernelResources> kernels = compiler.compile(ShippedPtx.text(file), target.architecture());
        assertFalse(kernels.isEmpty(), file + " has no kernel");
        return kernels.entrySet().stream()
                .filter(kernel -> usesLocalMemory(kernel.getValue()))
                .map(kernel -> file.getFileName() + " on " + target.architecture() + ": " + kernel);
    }

    private static boolean usesLocalMemory(KernelResources used) {
        return used.stackBytes() + used.spillStoreBytes() + used.spillLoadBytes() != 0;
    }

    /** A kernel that keeps {@code values} numbers between a row of loads and a row of stores in the other order. */
    private static String manyValues(String name, int values, int registers) {
        StringBuilder ptx = new StringBuilder(".visible .entry " + name + "(.param .u64 x)\n");
        ptx.append(".maxnreg ").append(registers).append("\n{\n");
        ptx.append(".reg .u64 %p, %g;\n.reg .f32 %f<").append(values).append(">;\n.shared .f32 s[100];\n");
        ptx.append("ld.param.u64 %p, [x];\ncvta.to.global.u64 %g, %p;\n");
        for (int i = 0; i < values; i++) {
            ptx.append("ld.volatile.global.f32 %f").append(i).append(", [%g+").append(4 * i).append("];\n");
        }
        ptx.append("st.shared.f32 [s], %f0;\nbar.sync 0;\n");
        for (int i = values - 1; i >= 0; i--) {
            ptx.append("st.volatile.global.f32 [%g+").append(4 * i).append("], %f").append(i).append(";\n");
        }
        return ptx.append("ret;\n}\n").toString();
    }

    @Test
    void registersSpillsAndSharedMemoryAreToldOfEachKernelByName() {
        String ptx = HEADER + manyValues("roomy", 40, 128) + manyValues("tight", 60, 32);
        Map<String, KernelResources> kernels = compiler().compile(ptx, "sm_80");
        assertEquals(2, kernels.size());
        KernelResources roomy = kernels.get("roomy");
        assertTrue(roomy.registers() > 40 && roomy.registers() <= 128, roomy.toString());
        assertEquals(new KernelResources(roomy.registers(), 0, 0, 0, 400), roomy);
        KernelResources tight = kernels.get("tight");
        assertTrue(tight.registers() <= 32, tight.toString());
        assertTrue(tight.spillStoreBytes() >= 4 * 28 && tight.spillLoadBytes() >= 4 * 28, tight.toString());
        assertTrue(tight.stackBytes() >= 4 * 28, tight.toString());
    }

    @Test
    void anArrayInLocalMemoryIsStackWithoutSpills() {
        String ptx = HEADER
                + """
                .visible .entry indexed(.param .u64 x, .param .u32 i)
                {
                    .local .align 4 .b8 array[64];
                    .reg .u64 %p, %g, %a, %o;
                    .reg .u32 %i;
                    .reg .f32 %f;
                    ld.param.u64 %p, [x];
                    cvta.to.global.u64 %g, %p;
                    ld.param.u32 %i, [i];
                    mul.wide.u32 %o, %i, 4;
                    mov.u64 %a, array;
                    add.u64 %a, %a, %o;
                    ld.global.f32 %f, [%g];
                    st.local.f32 [%a], %f;
                    ld.local.f32 %f, [%a+4];
                    st.global.f32 [%g], %f;
                    ret;
                }
                """;
        KernelResources indexed = compiler().compile(ptx, "sm_90").get("indexed");
        assertTrue(usesLocalMemory(indexed));
        assertEquals(64, indexed.stackBytes());
        assertEquals(0, indexed.spillStoreBytes() + indexed.spillLoadBytes());
    }

    @Test
    void aTextThatDoesNotCompileIsAnErrorInTheCompilersWords() {
        PtxCompiler compiler = compiler();
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class,
                () -> compiler.compile(HEADER + ".visible .entry k()\n{\n    nonsense.f32 %f;\n}\n", "sm_75"));
        assertTrue(error.getMessage().contains("nonsense"), error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> compiler.compile(HEADER, "sm_12345"));
    }
}
