using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>How a version stands to all that is known.</summary>
public enum ExposureState
{
    /// <summary>Bulletins affect it, or it gets no fixes any more, which is the same.</summary>
    Exposed,
    /// <summary>It is newer than what is known, so that nothing can be said.</summary>
    Unknown,
    /// <summary>Somebody must read a bulletin.</summary>
    NeedsHuman,
    /// <summary>No bulletin that is known affects it.</summary>
    NoneKnown,
}

/// <summary>How a version stands to all that is known.</summary>
/// <param name="State">How.</param>
/// <param name="Affecting">The bulletins that affect it, the newest first.</param>
/// <param name="ToRead">The bulletins that somebody must read, the newest first.</param>
public sealed record Exposure(ExposureState State, ImmutableArray<BulletinAnswer> Affecting, ImmutableArray<BulletinAnswer> ToRead);

public sealed partial record ReleaseKnowledge
{
    /// <summary>What every known bulletin means for a version, the newest first. It holds for proxies as well as for control planes: the images of a version contain both.</summary>
    public ImmutableArray<BulletinAnswer> BulletinsOf(IstioVersion version) =>
        [.. Bulletins.OrderByDescending(bulletin => bulletin.Published).ThenByDescending(bulletin => bulletin.Id, StringComparer.Ordinal).Select(bulletin => Answer(bulletin, version))];

    /// <summary>How a version stands to all that is known.</summary>
    /// <param name="version">The version of a control plane or a proxy.</param>
    /// <param name="today">The day for which this is asked.</param>
    /// <param name="newest">The newest version that is published; null when that is not known.</param>
    public Exposure ExposureOf(IstioVersion version, DateOnly today, IstioVersion? newest)
    {
        var answers = BulletinsOf(version);
        ImmutableArray<BulletinAnswer> affecting = [.. answers.Where(answer => answer.Status == BulletinStatus.Affected)];
        ImmutableArray<BulletinAnswer> toRead = [.. answers.Where(answer => answer.Status == BulletinStatus.NeedsHuman)];
        var support = SupportOf(version, today, newest).State;
        var state = affecting.Length > 0 || support == SupportState.Ended ? ExposureState.Exposed
            : support == SupportState.Unknown ? ExposureState.Unknown
            : toRead.Length > 0 ? ExposureState.NeedsHuman : ExposureState.NoneKnown;
        return new Exposure(state, affecting, toRead);
    }

    private BulletinAnswer Answer(Bulletin bulletin, IstioVersion version)
    {
        var (isUnderstood, isListed) = (bulletin.Affected.Length > 0, false);
        var prose = "";
        foreach (var text in bulletin.Affected)
        {
            if (!AffectedRange.TryParse(text, out var range)) (isUnderstood, prose) = (false, text);
            else if (range.Covers(version)) return new BulletinAnswer(bulletin, BulletinStatus.Affected, $"affected: {range}");
            else isListed |= range.Speaks(version);
        }
        if (!isUnderstood) return new BulletinAnswer(bulletin, BulletinStatus.NeedsHuman, prose.Length == 0 ? "nobody has read which releases are affected" : $"not understood: {prose}");
        if (version.Major != 1) return new BulletinAnswer(bulletin, BulletinStatus.NeedsHuman, "nothing is known of this major version");
        if (!isListed && EndedBefore(bulletin.Published, version.Minor) is { } ended) return new BulletinAnswer(bulletin, ended.Status, ended.Reason);
        return version.IsPrerelease
            ? new BulletinAnswer(bulletin, BulletinStatus.NeedsHuman, "bulletins do not list pre-releases")
            : new BulletinAnswer(bulletin, BulletinStatus.NotAffected, isListed ? "fixed" : "not listed");
    }

    // Bulletins list supported minors only, and say of the others at most that they "are also affected" (ISTIO-SECURITY-2026-006).
    private (BulletinStatus Status, string Reason)? EndedBefore(DateOnly published, int minor)
    {
        if (minor < Minors[0].Minor) return (BulletinStatus.Affected, string.Create(CultureInfo.InvariantCulture, $"1.{minor} is out of support, and bulletins do not list such minors"));
        if (Find(1, minor) is not { } known) return null;
        if (known.EndOfLife is { } end && end < published) return (BulletinStatus.Affected, $"1.{minor} was out of support on {published:yyyy-MM-dd}, and bulletins do not list such minors");
        return known.EndOfLife is null && Find(1, minor + 2) is { } second && second.Released < published
            ? (BulletinStatus.NeedsHuman, $"it is not known whether 1.{minor} was supported on {published:yyyy-MM-dd}")
            : null;
    }
}
