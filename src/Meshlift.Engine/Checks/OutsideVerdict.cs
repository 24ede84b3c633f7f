using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Checks;

namespace Meshlift.Engine.Checks;

/// <summary>What a program beside Meshlift found.</summary>
/// <param name="Check">Its line in the summary; the rules of its findings have the same name.</param>
/// <param name="Findings">What it found, in files as the check shows them.</param>
/// <param name="NotRun">Why it did not run, or not to its end; empty when it did.</param>
/// <param name="Failure">What a person must know when it should have run; null when it did, or need not.</param>
public sealed record OutsideVerdict(RuleInfo Check, ImmutableArray<CheckFinding> Findings, string NotRun = "", UserException? Failure = null);
