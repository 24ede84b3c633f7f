using System.Collections.Immutable;
using System.Globalization;

namespace Meshlift.Core.Knowledge;

/// <summary>A security bulletin of Istio.</summary>
/// <param name="Id">Its name, such as <c>ISTIO-SECURITY-2026-006</c>. A bulletin may be edited, and keeps its name.</param>
/// <param name="Published">The day.</param>
/// <param name="CvssText">Its score as published: <c>7.5</c>, or <c>N/A</c>.</param>
/// <param name="Affected">The affected releases as published, one text for each; empty when nobody has read them yet.</param>
/// <param name="Source">Where it is.</param>
public sealed record Bulletin(string Id, DateOnly Published, string CvssText, ImmutableArray<string> Affected, string Source)
{
    private const string Prefix = "ISTIO-SECURITY-";
    private const decimal HighestScore = 10;

    /// <summary>The score from 0 to 10; null when none was published. That is not a low score.</summary>
    public decimal? Cvss => decimal.TryParse(CvssText, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score) && score <= HighestScore ? score : null;

    /// <summary>The name as people say it: <c>2026-006</c>.</summary>
    public string ShortId => Id.StartsWith(Prefix, StringComparison.Ordinal) && Id.Length > Prefix.Length ? Id[Prefix.Length..] : Id;
}

/// <summary>What a bulletin means for a version.</summary>
public enum BulletinStatus
{
    /// <summary>The version is affected, or nothing says that it is not.</summary>
    Affected,
    /// <summary>All that the bulletin says was understood, and this version is not in it.</summary>
    NotAffected,
    /// <summary>Somebody must read it: what it says is prose, or does not speak of such versions.</summary>
    NeedsHuman,
}

/// <summary>What a bulletin means for a version, and why.</summary>
/// <param name="Bulletin">The bulletin.</param>
/// <param name="Status">What it means.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record BulletinAnswer(Bulletin Bulletin, BulletinStatus Status, string Reason);
