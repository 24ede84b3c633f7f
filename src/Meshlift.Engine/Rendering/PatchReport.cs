using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Findings;
using Meshlift.Core.Patching;

namespace Meshlift.Engine.Rendering;

/// <summary>What became of a patch.</summary>
/// <param name="Name">The patch's file, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record PatchReport(string Name, PatchOutcome Outcome)
{
    /// <summary>The files that it changed, in its order; empty when it changed none.</summary>
    public ImmutableArray<string> Files => Outcome is PatchOutcome.Applied applied ? applied.Files : [];

    /// <summary>Hunks that applied at another line than the patch says; empty when all applied in place.</summary>
    public ImmutableArray<HunkOffset> Offsets => Outcome is PatchOutcome.Applied applied ? applied.Offsets : [];

    /// <summary>Why it fails, a text of one or more lines for each reason; empty when it does not.</summary>
    public ImmutableArray<string> Failures => Outcome switch
    {
        PatchOutcome.Failed failed => [.. failed.Failures.Select(failure => failure.Describe(Name))],
        PatchOutcome.Broken broken => [broken.Error.Message],
        _ => [],
    };

    /// <summary>What a person should know beside its being applied.</summary>
    public ImmutableArray<Finding> Findings => PatchFindings.Of(Name, Outcome);
}

/// <summary>A patch, ready to be applied.</summary>
/// <param name="Name">Its file, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Bytes">Its content.</param>
public sealed record PatchFile(string Name, ReadOnlyMemory<byte> Bytes);

/// <summary>A rendering after patches.</summary>
/// <param name="Rendering">The resources, in order of identity.</param>
/// <param name="Reports">What became of each patch, in their order.</param>
public sealed record Patched(ImmutableArray<ClassifiedResource> Rendering, ImmutableArray<PatchReport> Reports);
