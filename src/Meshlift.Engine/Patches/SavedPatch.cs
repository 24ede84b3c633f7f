using System.Collections.Immutable;
using Meshlift.Core.Findings;
using Meshlift.Core.Patching;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Patches;

/// <summary>What is to be saved, and as what.</summary>
/// <param name="Name">The name of the patch.</param>
/// <param name="RevisionOnly">True for a patch of the edited revision alone; false for one for every revision.</param>
/// <param name="Revision">Whose edits; null for the only revision that was edited.</param>
/// <param name="Overwrite">True to replace a patch of this name.</param>
public sealed record SaveRequest(PatchName Name, bool RevisionOnly, string? Revision, bool Overwrite);

/// <summary>A file of a saved patch.</summary>
/// <param name="Path">Its path in the patch, with placeholders.</param>
/// <param name="Change">Whether the patch adds, changes or removes it.</param>
/// <param name="Hunks">How many hunks it has.</param>
/// <param name="Places">What changes in it, in words; empty for a file that is added or removed.</param>
public sealed record SavedFile(string Path, FileChangeKind Change, int Hunks, ImmutableArray<string> Places);

/// <summary>A patch that was made of edits.</summary>
/// <param name="Name">Its file, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="RevisionOnly">True for a patch of one revision.</param>
/// <param name="Replaced">True when a patch of this name stood there.</param>
/// <param name="Cluster">The cluster whose files were edited.</param>
/// <param name="Revision">The revision whose files were edited.</param>
/// <param name="Version">Its version.</param>
/// <param name="Files">What the patch holds.</param>
/// <param name="Findings">What a person should know.</param>
/// <param name="NeedsOverwrite">True when an edited file is not in canonical form, so that rendering has to replace it.</param>
/// <param name="InTheWay">Added files that are not in canonical form, relative to the folder of <c>meshlift.yaml</c>: rendering does not replace what it did not write.</param>
public sealed record SavedPatch(
    string Name, bool RevisionOnly, bool Replaced, string Cluster, RevisionName Revision, IstioVersion Version,
    ImmutableArray<SavedFile> Files, ImmutableArray<Finding> Findings, bool NeedsOverwrite, ImmutableArray<string> InTheWay);
