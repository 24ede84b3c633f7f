using FsCheck.Fluent;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Knowledge;

/// <summary>What bulletins write of affected releases.</summary>
public sealed class AffectedRangeTests
{
    [Theory]
    [InlineData("1.13.6", "1.13.6 1.13.5 1.13.0 1.13.6-rc.0", "1.13.7 1.12.9 1.14.0")]
    [InlineData("1.29.0 to 1.29.6", "1.29.0 1.29.6 1.29.0-rc.0", "1.29.7 1.28.10 1.30.0 1.29.7-rc.0")]
    [InlineData("1.28.8 to 1.28.9", "1.28.0 1.28.7 1.28.8 1.28.9", "1.28.10 1.27.9 1.29.0")]
    [InlineData("1.11.3 to 1.12.1", "1.11.0 1.11.9 1.12.0 1.12.1", "1.12.2 1.10.9")]
    [InlineData("All releases prior to 1.19.0", "1.18.9 1.0.0 1.19.0-rc.0", "1.19.0 1.19.1 1.30.0")]
    [InlineData("All releases prior to 1.13", "1.12.9", "1.13.0")]
    [InlineData("  all RELEASES  prior to\t1.13.0 ", "1.12.9", "1.13.0")]
    [InlineData("1.2.0  TO 1.2.3", "1.2.3", "1.2.4")]
    public void What_is_understood_covers_its_versions_and_older_patches(string text, string covered, string others)
    {
        Assert.True(AffectedRange.TryParse(text, out var range));
        Assert.All(covered.Split(' '), version => Assert.True(range.Covers(IstioVersion.Parse(version)), version));
        Assert.All(others.Split(' '), version => Assert.False(range.Covers(IstioVersion.Parse(version)), version));
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData(" "), InlineData("1.13"), InlineData("v1.13.0"), InlineData("1.13.x"), InlineData("1.29.6 to 1.29.0"), InlineData("1.29.0 to"), InlineData("to 1.29.0")]
    [InlineData("1.29.0 - 1.29.6"), InlineData("1.29.0 to 1.29.6 and 1.30.0"), InlineData("1.29.0 and later"), InlineData("All releases"), InlineData("All releases prior to 1.13.0 with ambient"), InlineData("All releases up to 1.13.0")]
    [InlineData("All releases since the introduction of the mesh gateway option"), InlineData("1.29.0 to 1.29.99999999999999999999"), InlineData("99999999999.0.0"), InlineData("1.29.0\0"), InlineData("١.٢.٣")]
    public void What_is_not_understood_is_not_understood(string? text) => Assert.False(AffectedRange.TryParse(text, out _));

    [Fact]
    public void Whatever_is_written_a_version_is_not_affected_only_by_what_was_understood() => Prop.ForAll(
        Gen.Elements("1.28.0", "1.29.3", "1.30.99", "All releases prior to ", " to ", "1.", "0", " ", "and later", "since", "\u0001", "\ud800", "é").ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            var bulletin = new Bulletin("X", new DateOnly(2026, 9, 1), "N/A", [text], "here");
            var known = ReleaseKnowledge.BuiltIn with { Bulletins = [bulletin] };
            var isUnderstood = AffectedRange.TryParse(text, out var range);
            // What is understood means what it prints.
            Assert.True(!isUnderstood || (AffectedRange.TryParse(range!.ToString(), out var again) && again.ToString() == range.ToString()));
            return isUnderstood || Versions.All(version => known.BulletinsOf(version).Single().Status == BulletinStatus.NeedsHuman);
        }).Holds(tests: 1000);

    [Fact]
    public void More_patches_are_never_less_affected() => Prop.ForAll(
        Gen.Choose(0, 12).Two().ToArbitrary(),
        patches =>
        {
            var (patch, last) = patches;
            var known = ReleaseKnowledge.BuiltIn with { Bulletins = [new Bulletin("X", new DateOnly(2026, 9, 1), "7.5", [$"1.30.{last}"], "here")] };
            return known.BulletinsOf(IstioVersion.Parse($"1.30.{patch}")).Single().Status == (patch <= last ? BulletinStatus.Affected : BulletinStatus.NotAffected);
        }).Holds();

    private static readonly IstioVersion[] Versions = [.. new[] { "1.9.9", "1.28.0", "1.29.6", "1.30.3", "1.31.0-rc.0", "1.33.0", "2.0.0" }.Select(IstioVersion.Parse)];
}
