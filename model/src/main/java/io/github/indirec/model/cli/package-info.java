/**
 * The command line: results on stdout, everything else on stderr, exit codes that scripts can rely on. The only package
 * that prints, exits or uses picocli and progressbar.
 */
package io.github.indirec.model.cli;
