using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Onboarding;

namespace Meshlift.Engine.Onboarding;

/// <summary>What <c>init</c> is to do.</summary>
/// <param name="Config">The configuration to write, as an absolute path; its folder is looked at.</param>
/// <param name="ShownAs">What messages call it.</param>
/// <param name="Answers">What a person said already.</param>
public sealed record InitRequest(string Config, string ShownAs, InitAnswers Answers)
{
    /// <summary>True to replace files that are there.</summary>
    public bool Force { get; init; }

    /// <summary>True to write nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>False not to render, which may need the network.</summary>
    public bool Compares { get; init; } = true;

    /// <summary>The folder that is looked at.</summary>
    public string Root => Path.GetDirectoryName(Config)!;
}

/// <summary>What <c>init</c> found and wrote.</summary>
/// <param name="Draft">What went into the configuration.</param>
/// <param name="Text">Its text.</param>
/// <param name="Comparison">What would differ.</param>
public sealed record InitResult(MeshDraft Draft, string Text, InitComparison Comparison);

/// <summary>How what stands there compares with what would be rendered.</summary>
/// <param name="Resources">What becomes of the resources of every cluster; empty when nothing was compared.</param>
/// <param name="Replaced">Files that hold what Meshlift writes from here on.</param>
/// <param name="Failure">Why nothing could be compared; null when it was, or was not asked for.</param>
public sealed record InitComparison(ImmutableArray<ComparedResource> Resources, ReplacedFiles Replaced, UserException? Failure)
{
    /// <summary>Nothing was compared.</summary>
    public static InitComparison None { get; } = new([], ReplacedFiles.None, null);
}
