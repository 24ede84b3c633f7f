using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Versions;
using Meshlift.Tests.Configuration;

namespace Meshlift.Tests.Versions;

public sealed class VersionRangeTests
{
    public static TheoryData<string, string> Table => Vectors.Of("Versions/version-ranges.txt");

    [Theory, MemberData(nameof(Table))]
    public void A_range_holds_what_npm_says_it_holds(string text, string expected)
    {
        if (Vectors.IsError(expected, () => VersionRange.Parse(text))) return;
        var range = VersionRange.Parse(text);
        var (inside, outside) = Vectors.Two(expected, "in", "out");
        Assert.All(inside, version => Assert.True(range.Contains(IstioVersion.Parse(version)), $"{version} belongs to {text}"));
        Assert.All(outside, version => Assert.False(range.Contains(IstioVersion.Parse(version)), $"{version} does not belong to {text}"));
        Assert.Equal(text, range.ToString());
        Assert.Equal(range, VersionRange.Parse(text));
    }

    [Fact]
    public void The_newest_is_by_number_and_no_prerelease()
    {
        IstioVersion[] published = [.. new[] { "1.28.9", "1.28.10", "1.30.0", "1.31.0-rc.0", "1.9.9" }.Select(IstioVersion.Parse)];
        Assert.Equal("1.28.10", VersionRange.Parse("1.28.*").Newest(published)?.ToString());
        Assert.Equal("1.30.0", VersionRange.Parse("*").Newest(published)?.ToString());
        Assert.Equal("1.31.0-rc.0", VersionRange.Parse(">=1.31.0-alpha.0").Newest(published)?.ToString());
        Assert.Null(VersionRange.Parse("1.29.*").Newest(published));
        Assert.Null(VersionRange.Parse("*").Newest([]));
    }

    [Fact]
    public void Bounds_mean_what_comparing_means() => Prop.ForAll(Three.ToArbitrary(), three =>
    {
        var (a, b, version) = three;
        return VersionRange.Parse($">={a} || <{b}").Contains(version) == (version >= a || version < b)
            && (a > b || VersionRange.Parse($">={a} <={b}").Contains(version) == (version >= a && version <= b));
    }).Holds();

    [Fact]
    public void Any_text_is_a_range_or_a_clear_error() => Prop.ForAll(
        Gen.Elements("1", "30", ".", "*", "x", "-", "rc", "0", " ", ",", "|", "||", "<", ">", "=", "~", "^", "v", "+").ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            try
            {
                return VersionRange.Parse(text).Text == text;
            }
            catch (Core.UserException e)
            {
                return e.Message.Contains("at character", StringComparison.Ordinal);
            }
        }).Holds();

    private static Gen<IstioVersion> Release { get; } =
        from minor in Gen.Choose(26, 31) from patch in Gen.Choose(0, 11) select IstioVersion.Parse($"1.{minor}.{patch}");

    private static Gen<(IstioVersion A, IstioVersion B, IstioVersion Version)> Three { get; } = from a in Release from b in Release from version in Release select (a, b, version);
}
