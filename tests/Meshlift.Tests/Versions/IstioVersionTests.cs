using Meshlift.Core;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Versions;

public sealed class IstioVersionTests
{
    [Theory]
    [InlineData("1.30.3", 1, 30, 3, "", "1.30")]
    [InlineData("1.31.0-rc.0", 1, 31, 0, "rc.0", "1.31")]
    [InlineData("0.0.0", 0, 0, 0, "", "0.0")]
    public void A_version_has_its_numbers(string text, int major, int minor, int patch, string prerelease, string minorText)
    {
        var version = IstioVersion.Parse(text);
        Assert.Equal((major, minor, patch, prerelease, minorText), (version.Major, version.Minor, version.Patch, version.Prerelease, version.MinorText));
        Assert.Equal(prerelease.Length > 0, version.IsPrerelease);
        Assert.Equal(text, version.ToString());
        Assert.Equal(version, IstioVersion.Parse(text));
    }

    [Theory]
    [InlineData("1.30"), InlineData("1.30.3.4"), InlineData("1.030.3"), InlineData("1.30.3+build"), InlineData(" 1.30.3"), InlineData("1.30.3-"), InlineData("")]
    [InlineData("latest"), InlineData("1.30.99999999999"), InlineData("1.-30.3"), InlineData("1.30.3-rc.01")]
    public void What_is_no_bare_semantic_version_is_refused(string text)
    {
        Assert.False(IstioVersion.TryParse(text, out _));
        var failure = Assert.Throws<UserException>(() => IstioVersion.Parse(text));
        Assert.Equal(($"'{text}' is not an Istio version", ErrorKind.Input), (failure.Message, failure.Kind));
    }

    [Fact]
    public void A_leading_v_is_refused_with_the_version_to_write() =>
        Assert.Equal("Istio's versions are written without a 'v': 1.30.3", Assert.Throws<UserException>(() => IstioVersion.Parse("v1.30.3")).Remedy);

    [Fact]
    public void A_text_beyond_all_measure_is_refused() => Assert.False(IstioVersion.TryParse("1.30.3-" + new string('a', 1_000_000), out _));

    [Fact]
    public void Versions_are_ordered_by_number_and_prereleases_come_before_their_release()
    {
        string[] ordered = ["1.9.9", "1.28.9", "1.28.10", "1.31.0-0", "1.31.0-alpha.0", "1.31.0-rc.0", "1.31.0-rc.1", "1.31.0-rc.10", "1.31.0", "2.0.0"];
        Assert.Equal(string.Join(' ', ordered), string.Join(' ', ordered.Reverse().Select(IstioVersion.Parse).Order()));
        Assert.True(IstioVersion.Parse("1.28.9") < IstioVersion.Parse("1.28.10"));
        Assert.True(IstioVersion.Parse("1.28.9") <= IstioVersion.Parse("1.28.9"));
        Assert.True(IstioVersion.Parse("1.31.0") > IstioVersion.Parse("1.31.0-rc.0"));
        Assert.True(IstioVersion.Parse("1.31.0") >= IstioVersion.Parse("1.31.0"));
        Assert.True(IstioVersion.Parse("1.31.0").CompareTo(null) > 0);
    }
}
