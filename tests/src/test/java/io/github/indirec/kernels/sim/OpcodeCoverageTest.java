package io.github.indirec.kernels.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The simulator is trusted with an opcode only where {@link OpcodeVectors} has cases of it. */
class OpcodeCoverageTest {
    private static final Path SHIPPED = Path.of("../kernels/src/main/cuda");

    @Test
    void everyOpcodeOfTheShippedKernelsHasCases() throws IOException {
        Set<String> covered = OpcodeVectors.opcodes();
        Set<String> missing = new TreeSet<>();
        if (Files.isDirectory(SHIPPED)) {
            try (Stream<Path> files = Files.list(SHIPPED)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".ptx"))
                        .sorted()
                        .toList()) {
                    PtxText text = PtxParser.parse(Files.readString(file));
                    for (PtxKernel kernel : text.kernels()) {
                        for (PtxStatement statement : kernel.statements()) {
                            if (!covered.contains(statement.opcode())) {
                                missing.add(statement.opcode() + " (" + file.getFileName() + ", line "
                                        + statement.line() + ")");
                            }
                        }
                    }
                }
            }
        }
        assertEquals(Set.of(), missing, "opcodes without hand-made cases");
    }

    @Test
    void anOpcodeWithoutCasesWouldBeFound() {
        List<PtxStatement> statements = PtxParser.parse(VectorRunner.kernel("", "madeup.u32 %r1, %r2; ret;"))
                .kernels()
                .get(0)
                .statements();
        assertEquals(false, OpcodeVectors.opcodes().contains(statements.get(0).opcode()));
        assertEquals(true, OpcodeVectors.opcodes().contains(statements.get(1).opcode()));
    }
}
