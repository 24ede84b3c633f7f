using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Yaml;

namespace Meshlift.Tests.Checks;

public sealed class DocumentStreamTests
{
    [Fact]
    public void A_stream_gives_the_documents_that_the_whole_file_gives()
    {
        using var folder = new TempFolder();
        var pieces = Gen.Elements("---\n", "---", "--- ", "...\n", "\r\n", "-----\n", "a: 1\n", "%YAML 1.2\n", "# c\n", "b: |\n  ---\n", new string('x', 700) + ": 1\n").ListOf().Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20261120, 5), Prop.ForAll(pieces.ToArbitrary(), text =>
        {
            var path = folder.Write("stream.yaml", text);
            var whole = IstioData.Documents(File.ReadAllBytes(path)).Where(document => !YamlDocumentReader.IsEmpty(document.Utf8)).Select(document => (Encoding.UTF8.GetString(document.Utf8), document.Line));
            var streamed = DocumentStream.Read(path).Select(document => (Encoding.UTF8.GetString(document.Utf8), document.Line));
            return whole.SequenceEqual(streamed);
        }));
    }

    [IstioDataFact]
    public void Every_real_stream_gives_the_same()
    {
        foreach (var file in IstioData.YamlFiles)
        {
            var whole = IstioData.Documents(IstioData.Read(file)).Where(document => !YamlDocumentReader.IsEmpty(document.Utf8)).Select(document => (Encoding.UTF8.GetString(document.Utf8), document.Line)).ToList();
            var streamed = DocumentStream.Read(Path.Combine(IstioData.Folder!, file)).Select(document => (Encoding.UTF8.GetString(document.Utf8), document.Line)).ToList();
            Assert.True(whole.SequenceEqual(streamed), file);
        }
    }

    [Fact]
    public void A_file_that_is_gone_is_an_error_of_the_environment()
    {
        using var folder = new TempFolder();
        Assert.Equal(ErrorKind.Environment, Assert.Throws<UserException>(() => DocumentStream.Read(folder["gone.yaml"]).Count()).Kind);
    }
}
