using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Knowledge;

/// <summary>What the bulletins that are built in mean for versions.</summary>
public sealed class BulletinTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly ReleaseKnowledge Known = ReleaseKnowledge.BuiltIn;

    [Theory]
    [InlineData("1.29.6", "2026-006", BulletinStatus.Affected, "affected: 1.29.0 to 1.29.6")]
    [InlineData("1.29.7", "2026-006", BulletinStatus.NotAffected, "fixed")]
    [InlineData("1.31.0", "2026-006", BulletinStatus.NotAffected, "not listed")]
    [InlineData("1.28.10", "2026-006", BulletinStatus.Affected, "1.28 was out of support on 2026-08-26, and bulletins do not list such minors")]
    [InlineData("1.28.3", "2026-005", BulletinStatus.Affected, "affected: 1.28.8 to 1.28.9")] // an older build of the same code
    [InlineData("1.24.6", "2025-001", BulletinStatus.Affected, "1.24 was out of support on 2025-09-03, and bulletins do not list such minors")]
    [InlineData("1.24.6", "2024-007", BulletinStatus.NotAffected, "fixed")]
    [InlineData("1.9.9", "2024-007", BulletinStatus.Affected, "1.9 is out of support, and bulletins do not list such minors")]
    [InlineData("1.9.9", "2024-001", BulletinStatus.Affected, "affected: All releases prior to 1.19.0")]
    [InlineData("1.31.1", "2026-002", BulletinStatus.NeedsHuman, "not understood: All releases since the introduction of the mesh gateway option in the `VirtualService` resource")]
    [InlineData("1.31.0-rc.0", "2026-006", BulletinStatus.NeedsHuman, "bulletins do not list pre-releases")]
    [InlineData("1.30.0-rc.0", "2026-006", BulletinStatus.Affected, "affected: 1.30.0 to 1.30.3")]
    [InlineData("2.0.0", "2026-006", BulletinStatus.NeedsHuman, "nothing is known of this major version")]
    public void A_bulletin_is_understood_or_left_to_a_person(string version, string id, BulletinStatus status, string reason)
    {
        var answer = Known.BulletinsOf(IstioVersion.Parse(version)).Single(one => one.Bulletin.ShortId == id);
        Assert.Equal((status, reason), (answer.Status, answer.Reason));
    }

    [Theory]
    [InlineData("1.30.3", ExposureState.Exposed, "2026-006")]
    [InlineData("1.30.4", ExposureState.NeedsHuman, "")]
    [InlineData("1.29.8", ExposureState.Exposed, "")] // nothing is known of it but that it gets no fixes
    [InlineData("1.33.0", ExposureState.Unknown, "")]
    [InlineData("1.29.5", ExposureState.Exposed, "2026-006 2026-005")]
    public void A_version_is_exposed_by_bulletins_or_by_its_age(string version, ExposureState state, string ids)
    {
        var exposure = Known.ExposureOf(IstioVersion.Parse(version), Today, IstioVersion.Parse("1.31.1"));
        Assert.Equal((state, ids), (exposure.State, string.Join(' ', exposure.Affecting.Select(answer => answer.Bulletin.ShortId))));
    }

    [Fact]
    public void Without_prose_nothing_is_known() =>
        Assert.Equal(ExposureState.NoneKnown, (Known with { Bulletins = [] }).ExposureOf(IstioVersion.Parse("1.30.4"), Today, newest: null).State);

    [Fact]
    public void Ranges_that_nobody_read_are_left_to_a_person() => Assert.Equal(
        BulletinStatus.NeedsHuman, (Known with { Bulletins = [new Bulletin("X", Today, "N/A", [], "here")] }).BulletinsOf(IstioVersion.Parse("1.30.4")).Single().Status);

    [Fact]
    public void A_minor_whose_end_is_not_known_is_not_taken_for_supported()
    {
        var later = Known with { Bulletins = [new Bulletin("X", new DateOnly(2027, 6, 1), "7.5", ["1.32.0 to 1.32.1"], "here")], Minors = Known.Minors.Add(Known.Minors[^1] with { Minor = 32, Released = new DateOnly(2026, 12, 1) }) };
        Assert.Equal(BulletinStatus.NeedsHuman, later.BulletinsOf(IstioVersion.Parse("1.30.9")).Single().Status);
    }

    [Theory]
    [InlineData("7.5", 7.5), InlineData("10", 10.0), InlineData("0.0", 0.0), InlineData("N/A", null), InlineData("7,5", null), InlineData("-1", null), InlineData("75", null), InlineData("high", null)]
    public void A_score_that_is_not_published_is_not_a_low_one(string text, double? score) => Assert.Equal((decimal?)score, new Bulletin("X", Today, text, [], "here").Cvss);

    [Fact]
    public void Every_bulletin_that_is_built_in_has_an_answer_for_every_version()
    {
        Assert.Equal(30, Known.Bulletins.Length);
        Assert.Equal(["ISTIO-SECURITY-2026-002"], Known.Bulletins.Where(bulletin => bulletin.Affected.Any(text => !AffectedRange.TryParse(text, out _))).Select(bulletin => bulletin.Id));
    }
}
