/** Settings: flat keys in files and on the command line, records with range checks in code. */
package io.github.indirec.model.config;
