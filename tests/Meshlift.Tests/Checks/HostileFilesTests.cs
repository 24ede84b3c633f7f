using System.Text;
using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Engine.Checks;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Checks;

/// <summary>Files that nobody writes on purpose, or only to hurt. Those that take long are in bench/.</summary>
public sealed class HostileFilesTests : IDisposable
{
    private const string Faulty = "apiVersion: v1\nkind: Namespace\nmetadata: { name: NAME, labels: { istio-injection: enabled, istio.io/rev: x } }\n";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Invalid_utf8_is_a_finding_at_its_place_and_the_rest_is_checked()
    {
        File.WriteAllBytes(_folder["bad.yaml"], [.. "a: 1\n---\nb: ok\nc: x"u8, 0xff, 0xfe, .. "\n---\n"u8, .. Encoding.UTF8.GetBytes(Faulty)]);
        var outcome = await MeshliftProcess.RunAsync(_folder.Path, ["check", "bad.yaml"]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("bad.yaml:4:5  error ML1100\n    the text is not UTF-8\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("injection_labels... Fail: 1 finding\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_tiny_documents_in_one_file_are_each_checked_at_their_line()
    {
        const int many = 20_000;
        var text = new StringBuilder();
        for (var i = 0; i < many; i++) text.Append("---\na: 1\n");
        File.WriteAllText(_folder["many.yaml"], text + "---\n" + Faulty);
        var outcome = await MeshliftProcess.RunAsync(_folder.Path, ["check", "many.yaml"]);
        Assert.Contains($"many.yaml:{(2 * many) + 4}:52  error ML4001", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_too_large_is_an_error_of_its_file_and_the_others_are_checked()
    {
        using (var file = new FileStream(_folder["large.yaml"], FileMode.Create))
        {
            file.Write("a: 1\n---\nb: "u8);
            file.Write(new byte[DocumentStream.Largest].AsSpan()[..1]);
            // The file system keeps no block for what is never written.
            file.SetLength(DocumentStream.Largest + 100L);
        }
        _folder.Write("small.yaml", Faulty);
        var outcome = await MeshliftProcess.RunAsync(_folder.Path, ["check", "."]);
        Assert.Equal(3, outcome.Code);
        Assert.Contains("large.yaml:2: the document is larger than 64 MiB", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("injection_labels... Fail: 1 finding\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_vanishes_while_others_are_checked_is_told_and_the_rest_is_checked()
    {
        var filler = "#" + new string('x', 60_000) + "\n";
        for (var i = 0; i < 100; i++) _folder.Write($"{i:000}.yaml", Faulty.Replace("NAME", $"n{i}", StringComparison.Ordinal) + filler);
        var gone = _folder["099.yaml"];
        var request = new CheckRequest([_folder.Path], null, [], null) { Progress = new AtOnce(() => File.Delete(gone)) };
        var result = CheckRun.Run(request, default);
        Assert.Contains("099.yaml: it does not exist", Assert.Single(result.Unread).Message, StringComparison.Ordinal);
        Assert.Equal(99, result.Findings.Count(finding => finding.Rule.Code == "ML4001"));
    }

    [Fact]
    public void A_folder_that_vanishes_while_files_are_looked_for_is_told_and_the_rest_is_found()
    {
        _folder.Write("a/x.yaml", "a: 1\n");
        _folder.Write("b/y.yaml", "a: 1\n");
        _folder.Write("c/z.yaml", "a: 1\n");
        var failures = new List<UserException>();
        var found = new List<string>();
        foreach (var file in ManifestFiles.Below(_folder.Path, "shown", failures.Add))
        {
            found.Add(file.ShownAs);
            if (Directory.Exists(_folder["b"])) Directory.Delete(_folder["b"], recursive: true);
        }
        Assert.Equal(["shown/a/x.yaml", "shown/c/z.yaml"], found);
        Assert.Contains("cannot list shown/b/: it does not exist", Assert.Single(failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_refers_to_itself_ends()
    {
        var schemas = _folder.Write("schemas.json", """
            { "definitions": {
                "Node": { "type": "object", "properties": { "apiVersion": { "type": "string" }, "kind": { "type": "string" }, "metadata": { "type": "object" }, "spec": { "$ref": "#/definitions/Loop" } },
                    "x-kubernetes-group-version-kind": [{ "group": "x.io", "version": "v1", "kind": "Node" }] },
                "Loop": { "properties": { "child": { "$ref": "#/definitions/Loop" }, "size": { "type": "integer" } }, "allOf": [{ "$ref": "#/definitions/Other" }, { "type": "object" }] },
                "Other": { "anyOf": [{ "$ref": "#/definitions/Loop" }, { "$ref": "#/definitions/Other" }] },
                "Self": { "$ref": "#/definitions/Self" } } }
            """);
        _folder.Write("n.yaml", "apiVersion: x.io/v1\nkind: Node\nmetadata: { name: one }\nspec: { child: { child: { size: x } } }\n");
        var outcome = await MeshliftProcess.RunAsync(_folder.Path, ["check", "n.yaml", "--schemas", schemas]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("n.yaml:4:33  error ML1101", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("not evaluated: ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_would_never_end_ends_and_one_that_nobody_can_read_is_not_called_met()
    {
        _folder.Write("crd.yaml", """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: { name: carts.x.io }
            spec:
              group: x.io
              names: { kind: Cart, plural: carts }
              scope: Namespaced
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        slow: { type: string, pattern: "^(a+)+$" }
                        huge: { type: string, pattern: "^((a{0,500}){0,500}){0,500}$" }
                        strange: { type: string, pattern: "(?=a)b" }
            """);
        _folder.Write("cart.yaml", $"apiVersion: x.io/v1\nkind: Cart\nmetadata: {{ name: c }}\nslow: {new string('a', 50_000)}b\nhuge: {new string('a', 5_000)}b\nstrange: x\n");
        var outcome = await MeshliftProcess.RunAsync(_folder.Path, ["check", "."]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("cart.yaml:4:7  error ML1101  Cart.x.io c\n    slow: the string", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("not evaluated: [0-9]+ demands? of schemas", outcome.Output);
    }

    private sealed class AtOnce(Action report) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value) => report();
    }
}
