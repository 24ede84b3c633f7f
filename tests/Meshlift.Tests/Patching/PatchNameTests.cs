using Meshlift.Core;
using Meshlift.Core.Patching;

namespace Meshlift.Tests.Patching;

public sealed class PatchNameTests
{
    [Theory]
    [InlineData("log-level"), InlineData("20-log_level.v2"), InlineData("20-log-level.patch")]
    public void A_file_name_is_a_name(string text) => Assert.Equal(text.Replace(".patch", "", StringComparison.Ordinal) + ".patch", PatchName.Parse(text).FileName);

    [Theory]
    [InlineData(""), InlineData(".patch"), InlineData("a/b"), InlineData("../b"), InlineData("a b"), InlineData("-a"), InlineData(".a"), InlineData("größe"), InlineData("a."), InlineData("a\\b"), InlineData("NUL")]
    public void What_is_no_plain_file_name_is_refused(string text) =>
        Assert.Contains("is not a name for a patch", Assert.Throws<UserException>(() => PatchName.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("05-level", "10-image.patch", "20-level")]
    [InlineData("level", "10-image.patch", "20-level")]
    [InlineData("05-level", "095-image.patch", "100-level")]
    [InlineData("05-level", "99-image.patch", "level")]
    [InlineData("05-level", "image.patch", "level")]
    [InlineData("10-image", "level.patch", "z-image")]
    [InlineData("10-image", "zebra.patch", "zz-image")]
    [InlineData("10", "20.patch", "30-patch")]
    public void A_name_that_comes_after_another_one_is_found(string name, string other, string expected)
    {
        var after = PatchName.Parse(name).After(other)!;
        Assert.Equal(expected, after.Value);
        Assert.True(string.CompareOrdinal(after.FileName, other) > 0);
    }

    [Fact]
    public void Where_no_name_comes_after_none_is_given() => Assert.Null(PatchName.Parse("a").After("~.patch"));
}
