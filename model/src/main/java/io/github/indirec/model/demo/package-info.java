/** Generated data with a known answer, for first steps and for tests. */
package io.github.indirec.model.demo;
