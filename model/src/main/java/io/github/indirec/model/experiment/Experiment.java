package io.github.indirec.model.experiment;

import java.nio.file.Path;
import java.util.List;

/**
 * What is to be run, and where results go.
 *
 * @param results file of results, a JSON object a line
 * @param runs folder of run folders
 * @param trials in the order to be run
 */
public record Experiment(Path results, Path runs, List<Trial> trials) {}
