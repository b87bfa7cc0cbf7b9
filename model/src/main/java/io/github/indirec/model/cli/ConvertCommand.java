package io.github.indirec.model.cli;

import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code indirec convert}: a PyTorch checkpoint as a safetensors file. */
@Command(
        name = "convert",
        description =
                "Converts a PyTorch checkpoint (.pt, PyTorch 1.6 or later) to safetensors, all tensors under their"
                        + " names. No code in the file is run.",
        footer = {
            "",
            "Example: indirec convert InDiRec-Beauty-1.pt beauty.safetensors",
            "JSON keys: file, tensors, values."
        })
final class ConvertCommand extends Subcommand {
    private static final String ENDING = ".safetensors";

    @Parameters(index = "0", paramLabel = "IN", description = "The checkpoint.")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "The .safetensors file to write; replaced if it exists.")
    private Path out;

    ConvertCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        if (!out.toString().endsWith(ENDING)) {
            throw CommandException.usage("OUT is " + out + ", expected a name ending in " + ENDING);
        }
        if (Files.isDirectory(in)) {
            throw CommandException.badInput(
                    in + ": expected a checkpoint file, found a folder; name a file in it", null);
        }
        TensorFile file = Checkpoints.readWeights(in);
        Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
        metadata.putIfAbsent("source", String.valueOf(in.getFileName()));
        SafeTensors.write(out, metadata, file.tensors().values());
        long values = file.tensors().values().stream()
                .mapToLong(array -> array.size())
                .sum();
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("file", out.toString());
            object.put("tensors", file.tensors().size());
            object.put("values", values);
            terminal.json(object);
        } else {
            terminal.result("%s: %d tensors, %,d values", out, file.tensors().size(), values);
        }
        return ExitCode.SUCCESS;
    }
}
