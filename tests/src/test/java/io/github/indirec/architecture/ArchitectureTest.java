package io.github.indirec.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shape of the code base: who may depend on whom, and what a library never does. */
class ArchitectureTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> LAYERS = List.of("tensor", "autograd", "model", "model/text");
    private static final List<String> PUBLISHED = List.of("tensor", "autograd", "model", "model/text", "kernels");
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?([\\w.]+);.*");

    private static List<Path> sources(String layer) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(layer).resolve("src/main/java"))) {
            List<Path> sources =
                    files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
            assertFalse(sources.isEmpty(), "no sources found in " + layer);
            return sources;
        }
    }

    /** Every line of a layer that the predicate objects to, with its place. */
    private static List<String> offences(String layer, Predicate<Path> files, Predicate<String> objection)
            throws IOException {
        List<String> offences = new ArrayList<>();
        for (Path source : sources(layer)) {
            if (files.test(source)) {
                List<String> lines = Files.readAllLines(source);
                for (int i = 0; i < lines.size(); i++) {
                    if (objection.test(lines.get(i))) {
                        offences.add(ROOT.relativize(source) + ":" + (i + 1) + ": " + lines.get(i).strip());
                    }
                }
            }
        }
        return offences;
    }

    private static boolean imports(String line, Predicate<String> name) {
        var matcher = IMPORT.matcher(line);
        return matcher.matches() && name.test(matcher.group(1));
    }

    @Test
    void tensorAndAutogradImportNothingThirdParty() throws IOException {
        for (String layer : List.of("tensor", "autograd")) {
            assertEquals(List.of(), offences(layer, f -> true, line -> imports(
                    line,
                    name -> !name.startsWith("java.")
                            && !name.startsWith("jdk.incubator.vector.")
                            && !name.startsWith("io.github.indirec."))));
        }
    }

    @Test
    void arrowsPointDownwardsOnly() throws IOException {
        for (int upper = 1; upper < LAYERS.size(); upper++) {
            for (int lower = 0; lower < upper; lower++) {
                String layer = LAYERS.get(upper);
                String above = "io.github.indirec." + layer.substring(layer.lastIndexOf('/') + 1) + ".";
                assertEquals(
                        List.of(),
                        offences(LAYERS.get(lower), f -> true, line -> imports(line, name -> name.startsWith(above))));
            }
        }
    }

    @Test
    void theCudaBackendKnowsTensorsAlone_andOnlyItKnowsJCuda() throws IOException {
        assertEquals(
                List.of(),
                offences("kernels", f -> true, line -> imports(
                        line,
                        name -> !name.startsWith("java.")
                                && !name.startsWith("jcuda.")
                                && !name.startsWith("io.github.indirec.tensor.")
                                && !name.startsWith("io.github.indirec.kernels."))));
        for (String layer : LAYERS) {
            assertEquals(
                    List.of(),
                    offences(layer, f -> true, line -> imports(
                            line,
                            name -> name.startsWith("jcuda.") || name.startsWith("io.github.indirec.kernels."))));
        }
        assertEquals(
                List.of(),
                offences("kernels", f -> !f.toString().contains("/kernels/driver/"), line -> imports(
                        line, name -> name.startsWith("jcuda."))));
    }

    @Test
    void onlyTheCpuBackendsVectorClassesTouchTheVectorApi() throws IOException {
        for (String layer : LAYERS) {
            assertEquals(
                    List.of(),
                    offences(
                            layer,
                            f -> !f.getFileName().toString().startsWith("Vector"),
                            line -> imports(line, name -> name.startsWith("jdk.incubator.vector."))));
        }
    }

    /** What reads a tensor's array reads it on one device alone. */
    @Test
    void onlyTheCpuBackendReachesIntoAnArray() throws IOException {
        for (String layer : List.of("autograd", "model", "model/text")) {
            assertEquals(
                    List.of(),
                    offences(layer, f -> true, line -> imports(line, name -> name.endsWith(".HostStorage"))));
        }
    }

    @Test
    void aLibraryNeverPrintsExitsOrSetsProperties() throws IOException {
        Pattern forbidden =
                Pattern.compile("System\\.(out|err|exit|setProperty)\\b|printStackTrace|Runtime\\.getRuntime\\(\\)\\.halt");
        for (String layer : PUBLISHED) {
            assertEquals(
                    List.of(),
                    offences(layer, f -> !f.toString().contains("/model/cli/"), line -> forbidden
                            .matcher(line)
                            .find()));
        }
    }

    @Test
    void onlyTheCommandLineUsesItsOptionalLibraries() throws IOException {
        assertEquals(
                List.of(),
                offences("model", f -> !f.toString().contains("/model/cli/"), line -> imports(
                        line, name -> name.startsWith("picocli.") || name.startsWith("me.tongfei."))));
    }

    @Test
    void onlyExperimentsUseCommonsMath() throws IOException {
        assertEquals(
                List.of(),
                offences("model", f -> !f.toString().contains("/model/experiment/"), line -> imports(
                        line, name -> name.startsWith("org.apache.commons.math3."))));
    }

    @Test
    void onlyTheTextArtifactUsesOnnxRuntime() throws IOException {
        for (String layer : List.of("tensor", "autograd", "model")) {
            assertEquals(
                    List.of(),
                    offences(layer, f -> true, line -> imports(line, name -> name.startsWith("ai.onnxruntime."))));
        }
        for (String module : List.of("model", "bench")) {
            String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
            assertFalse(pom.contains("onnxruntime") || pom.contains("indirec-text"), module + "/pom.xml");
        }
    }

    @Test
    void modelNumbersDoNotComeFromFunctionsWhoseBitsDifferBetweenJdks() throws IOException {
        Pattern forbidden = Pattern.compile("(?<!Strict)\\bMath\\.(exp|log|log10|log1p|expm1|pow|sin|cos|tan|tanh|cbrt)\\(");
        for (String layer : LAYERS) {
            assertEquals(
                    List.of(),
                    offences(layer, f -> !f.getFileName().toString().equals("GradCheck.java"), line -> forbidden
                            .matcher(line)
                            .find()));
        }
    }

    @Test
    void typesAreNamedForWhatTheyAre() throws IOException {
        Pattern forbidden = Pattern.compile(".*(Impl|Util|Utils|Helper|Manager)\\.java|Module\\.java");
        for (String layer : PUBLISHED) {
            for (Path source : sources(layer)) {
                assertFalse(forbidden.matcher(source.getFileName().toString()).matches(), source.toString());
            }
        }
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        List<String> silent = new ArrayList<>();
        for (String layer : PUBLISHED) {
            for (Path source : sources(layer)) {
                Path info = source.resolveSibling("package-info.java");
                if (!source.getFileName().toString().equals("module-info.java") && !Files.exists(info)) {
                    silent.add(ROOT.relativize(info).toString());
                }
            }
        }
        assertEquals(List.of(), silent.stream().distinct().toList());
    }
}
