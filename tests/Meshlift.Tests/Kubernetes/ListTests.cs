using System.IO.Compression;
using System.Text;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Tests.Releases;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Kubernetes;

public sealed class ListTests
{
    private static readonly ItemReader<PodItem> Reader = PodItem.Reader();

    [Fact]
    public async Task A_list_is_read_page_by_page()
    {
        await using var server = await ApiServer.OfAsync(ApiServer.Pods("7", "next/+&", "a", "b"), ApiServer.Pods("7", "", "c"));
        using var client = server.Client();
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery("shop") { Labels = "app in (a,b)", Fields = "spec.nodeName=n1" }, Reader, default);
        Assert.Equal(["a", "b", "c"], list.Items.Select(pod => pod.Metadata.Name));
        Assert.Equal(("7", false), (list.ResourceVersion, list.IsInconsistent));
        Assert.Equal(
            ["/api/v1/namespaces/shop/pods?labelSelector=app%20in%20%28a%2Cb%29&fieldSelector=spec.nodeName%3Dn1&limit=500",
             "/api/v1/namespaces/shop/pods?labelSelector=app%20in%20%28a%2Cb%29&fieldSelector=spec.nodeName%3Dn1&limit=500&continue=next%2F%2B%26"],
            server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_path_before_the_api_is_kept()
    {
        await using var server = await ApiServer.OfAsync(ApiServer.Pods("7", ""));
        using var client = server.Client(change: access => access with { Cluster = access.Cluster with { Server = new Uri(access.Cluster.Server, "clusters/eu/") } });
        Assert.Empty((await client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default)).Items);
        Assert.Equal("/clusters/eu/api/v1/pods?limit=500", Assert.Single(server.Requests).Path);
    }

    [Theory]
    [InlineData("""{"items":null,"kind":"PodList","metadata":{"resourceVersion":"3"}}""")]
    [InlineData("""{ "metadata" : { "resourceVersion" : "3" , "remainingItemCount" : 5 } , "items" : [ ] , "kind" : "PodList" , "more":{"a":[1,"]}"]} } """)]
    public async Task Empty_lists_have_many_forms(string body)
    {
        await using var server = await ApiServer.OfAsync(body);
        using var client = server.Client();
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default);
        Assert.Equal((0, "3"), (list.Items.Count, list.ResourceVersion));
    }

    [Theory]
    [InlineData("<html>login</html>")]
    [InlineData("[]")]
    [InlineData("""{"kind":"Pod","metadata":{}}""")]
    [InlineData("""{"kind":"PodList","items":[{"metadata":{"name":7}}]}""")]
    [InlineData("""{"kind":"PodList","items":[[[[[}""")]
    public async Task What_is_no_list_is_said_to_be_none(string body)
    {
        await using var server = await ApiServer.OfAsync(body);
        using var client = server.Client(ApiServer.Quick(new PatientClock()));
        var error = await Assert.ThrowsAsync<UserException>(() => client.ListAsync(ApiResources.Pods, new ListQuery("shop"), Reader, default));
        Assert.StartsWith("cluster shop: list pods in shop: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Environment, error.Kind);
    }

    [Fact]
    public async Task Half_a_page_is_asked_for_again_and_comes_whole()
    {
        var page = ApiServer.Pods("7", "", "a", "b", "c");
        await using var server = await ApiServer.StartAsync(async (context, number) =>
        {
            if (number == 1)
            {
                await ApiServer.SendAsync(context, page[..(page.Length / 2)]);
                context.Abort();
                return;
            }
            await context.Response.WriteAsync(number == 0 ? ApiServer.Pods("7", "x", "0") : page);
        });
        using var client = server.Client(ApiServer.Quick(new PatientClock()));
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default);
        Assert.Equal(["0", "a", "b", "c"], list.Items.Select(pod => pod.Metadata.Name));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_page_that_is_cut_but_ends_well_as_http_is_half_a_page_too()
    {
        var page = ApiServer.Pods("7", "", "a", "b");
        await using var server = await ApiServer.OfAsync(page[..^20], page);
        using var client = server.Client(ApiServer.Quick(new PatientClock()));
        Assert.Equal(2, (await client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default)).Items.Count);
    }

    [Fact]
    public async Task An_expired_token_begins_the_list_anew()
    {
        await using var server = await ApiServer.StartAsync((context, number) => number switch
        {
            0 => context.Response.WriteAsync(ApiServer.Pods("7", "x", "old")),
            1 => ApiServer.RefuseAsync(context, 410, "Expired", "too old", metadata: """{"continue":"later"}"""),
            _ => context.Response.WriteAsync(ApiServer.Pods("9", "", "new")),
        });
        using var client = server.Client();
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default);
        Assert.Equal(["new"], list.Items.Select(pod => pod.Metadata.Name));
        Assert.Equal("9", list.ResourceVersion);
    }

    [Fact]
    public async Task A_list_that_expires_again_and_again_is_asked_for_at_once()
    {
        await using var server = await ApiServer.StartAsync((context, _) => context.Request.Query switch
        {
            var query when !query.ContainsKey("limit") => context.Response.WriteAsync(ApiServer.Pods("9", "", "a", "b")),
            var query when query.ContainsKey("continue") => ApiServer.RefuseAsync(context, 410, "Expired", "too old"),
            _ => context.Response.WriteAsync(ApiServer.Pods("7", "x", "a")),
        });
        using var client = server.Client();
        Assert.Equal(2, (await client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default)).Items.Count);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Who_may_have_an_inconsistent_list_gets_one_and_is_told()
    {
        await using var server = await ApiServer.StartAsync((context, number) => number switch
        {
            0 => context.Response.WriteAsync(ApiServer.Pods("7", "x", "a")),
            1 => ApiServer.RefuseAsync(context, 410, "Expired", "too old", metadata: """{"continue":"later"}"""),
            _ => context.Response.WriteAsync(ApiServer.Pods("9", "", "b")),
        });
        using var client = server.Client();
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery { MayBeInconsistent = true }, Reader, default);
        Assert.Equal(["a", "b"], list.Items.Select(pod => pod.Metadata.Name));
        Assert.Equal(("7", true), (list.ResourceVersion, list.IsInconsistent));
        Assert.EndsWith("continue=later", server.Requests.Last().Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_is_asked_for_alone()
    {
        await using var server = await ApiServer.OfAsync("""{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"3"},"items":[{"metadata":{"name":"a"}}]}""");
        using var client = server.Client();
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery { MetadataOnly = true }, ObjectMetadata.Reader(), default);
        Assert.Equal("a", Assert.Single(list.Items).Name);
        Assert.Equal("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json", Assert.Single(server.Requests).Headers["Accept"]);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Compression_is_accepted_unless_it_is_disabled(bool disabled)
    {
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            var body = Encoding.UTF8.GetBytes(ApiServer.Pods("7", "", "a"));
            if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
            {
                await context.Response.Body.WriteAsync(body);
                return;
            }
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(body);
        });
        using var client = server.Client(change: access => access with { Cluster = access.Cluster with { DisableCompression = disabled } });
        Assert.Single((await client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default)).Items);
        Assert.Equal(!disabled, Assert.Single(server.Requests).Headers.ContainsKey("Accept-Encoding"));
    }

    [Fact]
    public async Task A_compressed_bomb_is_refused()
    {
        await using var server = await ApiServer.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("{\"kind\":\"PodList\",\"items\":[{\"metadata\":{\"name\":\""u8.ToArray());
            var blank = new byte[1 << 20];
            Array.Fill(blank, (byte)'a');
            for (var i = 0; i < 8; i++) await gzip.WriteAsync(blank);
        });
        using var client = server.Client(ApiServer.Quick(new PatientClock()) with { LargestItem = 1 << 20 });
        var error = await Assert.ThrowsAsync<UserException>(() => client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default));
        Assert.Contains("more than 1048576 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_too_many_objects_is_refused()
    {
        await using var server = await ApiServer.OfAsync(ApiServer.Pods("7", "", "a", "b", "c"));
        using var client = server.Client(new ClientSettings { MostItems = 2 });
        var error = await Assert.ThrowsAsync<UserException>(() => client.ListAsync(ApiResources.Pods, new ListQuery(), Reader, default));
        Assert.Contains("more than 2 objects", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_is_larger_than_the_window_is_read()
    {
        var label = new string('x', 700_000);
        await using var server = await ApiServer.OfAsync($$"""{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{{ApiServer.Pod("a")}},{"metadata":{"name":"big","annotations":{"a":"{{label}}"} } },{{ApiServer.Pod("z")}}]}""");
        using var client = server.Client();
        var list = await client.ListAsync(ApiResources.Pods, new ListQuery(), PodItem.Reader(["a"]), default);
        Assert.Equal(["a", "big", "z"], list.Items.Select(pod => pod.Metadata.Name));
        Assert.Equal(label, list.Items[1].Metadata.Annotations["a"]);
    }
}
