using System.Text;
using Meshlift.Core.Patching;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Patching;

public sealed class PatchPlaceholdersTests
{
    private static readonly IstioVersion Version = IstioVersion.Parse("1.30.3");
    private static readonly RevisionName Revision = RevisionName.Parse("1-30-3");

    [Theory]
    [InlineData("image: pilot:1.30.3-distroless", "image: pilot:${version}-distroless")]
    [InlineData("istiod-1.30.3, v1.30.3.", "istiod-${version}, v${version}.")]
    [InlineData("1.30.31 1.30.3.1 11.30.3 2.1.30.3", "1.30.31 1.30.3.1 11.30.3 2.1.30.3")]
    [InlineData("istiod-clusterrole-1-30-3-istio-system", "istiod-clusterrole-${revision}-istio-system")]
    [InlineData("1-30-3 1-30-31 21-30-3 a1-30-3 1-30-3", "${revision} 1-30-31 21-30-3 a1-30-3 ${revision}")]
    [InlineData("1-30-3-30-3", "${revision}-30-3")]
    [InlineData("nothing of it", "nothing of it")]
    public void Whole_names_are_replaced_and_nothing_else(string line, string expected)
    {
        var put = PatchPlaceholders.Put(Diff(line), Version, Revision);
        Assert.Equal(expected, put.Files[0].Hunks[0].Lines[1].Text);
        Assert.Equal(Diff(line).ToBytes().ToArray(), PatchPlaceholders.Fill(put.ToBytes(), Version, Revision).ToArray());
    }

    [Fact]
    public void Names_of_files_are_replaced_and_the_lines_of_hunks_are_not()
    {
        var diff = UnifiedDiff.Parse("x", Encoding.UTF8.GetBytes("--- a/generated/x-30.yaml\n+++ b/generated/x-30.yaml\n@@ -30 +30 @@\n-a\n+30\n"));
        Assert.Equal(
            "diff --git a/generated/x-${revision}.yaml b/generated/x-${revision}.yaml\n--- a/generated/x-${revision}.yaml\n+++ b/generated/x-${revision}.yaml\n@@ -30 +30 @@\n-a\n+${revision}\n",
            Encoding.UTF8.GetString(PatchPlaceholders.Put(diff, null, RevisionName.Parse("30")).ToBytes().Span));
    }

    [Fact]
    public void What_is_not_asked_for_stays()
    {
        Assert.Equal("1.30.3 1-30-3", PatchPlaceholders.Put(Diff("1.30.3 1-30-3"), null, null).Files[0].Hunks[0].Lines[1].Text);
        Assert.Equal("${version} 1-30-3", PatchPlaceholders.Put(Diff("1.30.3 1-30-3"), Version, null).Files[0].Hunks[0].Lines[1].Text);
    }

    private static UnifiedDiff Diff(string line) => UnifiedDiff.Parse("x", Encoding.UTF8.GetBytes($"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+{line}\n"));
}
